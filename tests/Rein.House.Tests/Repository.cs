using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Rein.House.Tests;

/// <summary>The files this house is made of, by their path from the root with forward slashes.</summary>
static class Repository
{
    static readonly string[] s_notOurs = ["bin", "obj", ".git", "artifacts", ".rein", ".vs", "node_modules", "__pycache__"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = [.. (AskGit() ?? Walk()).Where(Exists).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> Sources(string folder = "src/") =>
        Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    public static IEnumerable<string> Ending(string extension) => Files.Where(f => f.EndsWith(extension, StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string file) => Path.Exists(Path.Combine(Root, file));

    static string FindRoot([CallerFilePath] string here = "")
    {
        // The tests may have been built elsewhere than they run, and the other way round.
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory, Path.GetDirectoryName(here)! })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Rein.slnx")))
                    return folder.FullName;
        throw new DirectoryNotFoundException("No folder above the tests holds Rein.slnx.");
    }

    // What git ignores is not ours; what is new and not ignored soon will be.
    static string[]? AskGit()
    {
        var ask = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(ask)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 && files.Length > 0 ? files : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // A source archive has no git.
    static IEnumerable<string> Walk() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Intersect(s_notOurs).Any());
}
