using System.Globalization;

namespace Rein.Cli.Children;

/// <summary>Looks into /proc for the processes of a run: whatever still carries its id in the environment that the worker gave it.</summary>
static class Remains
{
    public static IReadOnlyList<(int Pid, string Command)> Of(Guid run) => Marked(run.ToString("N"));

    /// <param name="mark">Stands somewhere in the environment.</param>
    public static IReadOnlyList<(int Pid, string Command)> Marked(string mark)
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(folder + "/environ").Contains(mark, StringComparison.Ordinal))
                found.Add((pid, Read(folder + "/cmdline").Replace('\0', ' ').Trim()));
        return found;
    }

    /// <summary>Empty for a process that is no more, is a zombie, or is somebody else's.</summary>
    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
