namespace Rein.System.Tests.Host;

/// <summary>What the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "Rein.slnx")) ? folder : Above(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above the tests holds Rein.slnx."));
}
