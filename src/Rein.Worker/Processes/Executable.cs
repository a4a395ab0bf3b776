using System.Text;

namespace Rein.Worker.Processes;

/// <summary>A program that was found and may be executed, as an absolute path.</summary>
sealed record Executable(string Path)
{
    const string PathOfLastResort = "/usr/local/bin:/usr/bin:/bin";
    const int MayExecute = 1;

    /// <summary>Looks like execvp does, but answers before anything is spawned, so that a gate in between cannot blur the reason.</summary>
    public static Executable? Find(ProcessSpec spec, IReadOnlyDictionary<string, string> environment, out StartOutcome.Refused? refused)
    {
        var name = spec.Command.Count == 0 ? "" : spec.Command[0];
        refused = Refusal(spec, environment, name);
        if (refused is not null) return null;

        var folder = System.IO.Path.GetFullPath(spec.WorkingDirectory ?? ".");
        var candidates = name.Contains('/')
            ? [System.IO.Path.Combine(folder, name)]
            : environment.GetValueOrDefault("PATH", PathOfLastResort).Split(':')
                .Select(entry => System.IO.Path.Combine(folder, entry, name)).ToArray();

        var found = candidates.FirstOrDefault(path => File.Exists(path) && Libc.Access(path, MayExecute) == 0);
        if (found is not null) return new Executable(found);

        var forbidden = candidates.FirstOrDefault(System.IO.Path.Exists);
        refused = forbidden is null
            ? new(StartFault.NotFound, name.Contains('/') ? $"There is no program {name}." : $"There is no program {name} in PATH.")
            : new(StartFault.NotExecutable, $"{forbidden} may not be executed.");
        return null;
    }

    static StartOutcome.Refused? Refusal(ProcessSpec spec, IReadOnlyDictionary<string, string> environment, string name)
    {
        if (name.Length == 0) return new(StartFault.Invalid, "The command is empty.");
        if (spec.Command.Any(argument => argument.Contains('\0'))) return new(StartFault.Invalid, "An argument contains a zero byte.");
        if (environment.FirstOrDefault(pair => !CanBeVariable(pair)) is { Key: not null } variable)
            return new(StartFault.Invalid, $"The environment variable '{variable.Key}' cannot be handed to a process.");
        if (spec.WorkingDirectory is not { } folder) return null;
        if (folder.Length == 0 || folder.Contains('\0')) return new(StartFault.Invalid, "The working directory is no path.");
        return Directory.Exists(folder) && Libc.Access(folder, MayExecute) == 0
            ? null
            : new(StartFault.NoWorkingDirectory, $"The working directory {folder} is missing or may not be entered.");
    }

    static bool CanBeVariable(KeyValuePair<string, string> pair) =>
        pair.Key.Length > 0 && pair.Key.AsSpan().IndexOfAny('=', '\0') < 0 && !pair.Value.Contains('\0');

    /// <summary>
    /// Whether the kernel will run it for certain. A shell would run a text file without a first line as a script where the
    /// kernel refuses it, so such files must not pass a gate made of one.
    /// </summary>
    public bool IsPlain()
    {
        try
        {
            using var file = File.OpenRead(Path);
            Span<byte> head = stackalloc byte[256];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            return head.StartsWith("\u007fELF"u8) || (head.StartsWith("#!"u8) && InterpreterExists(head[2..]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static bool InterpreterExists(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny(" \t\n"u8);
        return end > 0 && Libc.Access(Encoding.UTF8.GetString(line[..end]), MayExecute) == 0;
    }
}
