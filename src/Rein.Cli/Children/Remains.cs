using System.Globalization;

namespace Rein.Cli.Children;

/// <summary>Looks into /proc for the processes of a run: whatever still carries its id in the environment that the worker gave it.</summary>
static class Remains
{
    public static IReadOnlyList<(int Pid, string Command)> Of(Guid run) => Marked(run.ToString("N"));

    /// <param name="mark">Stands somewhere in the environment.</param>
    public static IReadOnlyList<(int Pid, string Command)> Marked(string mark) => Where(environment => environment.Contains(mark, StringComparison.Ordinal));

    /// <summary>What a worker of this name has started that has another folder.</summary>
    public static IReadOnlyList<(int Pid, string Command)> OfOtherFolders(string installation, string worker) => Where(environment =>
        environment.Split('\0').FirstOrDefault(one => one.StartsWith(Mark, StringComparison.Ordinal))?[Mark.Length..].Split('/') is [var other, var name, ..]
        && other != installation && name == worker);

    const string Mark = "REIN_ATTEMPT=";

    static List<(int Pid, string Command)> Where(Func<string, bool> isSought)
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && isSought(Read(folder + "/environ")))
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
