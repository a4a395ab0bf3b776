using System.Globalization;

namespace Rein.Steps.Scripts;

/// <summary>
/// The working folders of a worker's scripts, and notes of which attempt got an interpreter that was started before it was known: by them its next life can tell what
/// it finds.
/// </summary>
public sealed class ScriptFolders(string root)
{
    const string Note = ".attempt";
    const string Spare = "spare.";

    /// <summary>Whether processes of this name were started before their attempt was known.</summary>
    public static bool IsSpare(string name) => name.StartsWith(Spare, StringComparison.Ordinal);

    /// <summary>Never that of a former life, whose folder may have stayed.</summary>
    /// <param name="life">Of the worker; drawn at random.</param>
    internal static string SpareName(string life, int number) => string.Create(CultureInfo.InvariantCulture, $"{Spare}{life}.{number}");

    /// <summary>What a former life has left: by the name that its processes carry, the attempt they were given to. It is forgotten with this.</summary>
    public IReadOnlyDictionary<string, string> TakeNotes()
    {
        if (!Directory.Exists(root))
            return new Dictionary<string, string>();
        var notes = Directory.EnumerateFiles(root, "*" + Note).ToDictionary(path => Path.GetFileName(path)[..^Note.Length], File.ReadAllText, StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(root))
            File.Delete(path);
        foreach (var path in Directory.EnumerateDirectories(root))
            Remove(path);
        return notes;
    }

    /// <summary>An empty one that nobody else may enter.</summary>
    internal string Make(string name)
    {
        var path = Path.Combine(root, name);
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Processes are contained on Linux only.");
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    internal void NoteOwner(string name, string attempt) => File.WriteAllText(NoteOf(name), attempt);

    string NoteOf(string name) => Path.Combine(root, name + Note);

    /// <summary>False: something of it cannot be removed.</summary>
    internal bool TryRemove(string name)
    {
        File.Delete(NoteOf(name));
        return Remove(Path.Combine(root, name));
    }

    static bool Remove(string path)
    {
        try
        {
            Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // The script has removed it itself.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        return true;
    }

    static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            Open(path);
            Directory.Delete(path, recursive: true);
        }
    }

    /// <summary>A script may have closed a folder of its own to its user, who is ours.</summary>
    static void Open(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var inner in new DirectoryInfo(path).EnumerateDirectories().Where(inner => inner.LinkTarget is null))
            Open(inner.FullName);
    }
}
