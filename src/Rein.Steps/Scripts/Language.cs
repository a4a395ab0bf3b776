using System.Globalization;

namespace Rein.Steps.Scripts;

/// <summary>How scripts of one language are executed.</summary>
/// <param name="Program">What to start, and its first arguments.</param>
/// <param name="Arguments">What follows, where our own code makes the program an interpreter of ours.</param>
/// <param name="OverheadMb">Memory that the program needs beside the script's, as it grows.</param>
/// <param name="IsDoneWithItsResult">The process that is started says its result last, so that nothing is lost if it is ended then. Of a program that somebody set, nobody knows.</param>
sealed record Language(string Name, IReadOnlyList<string> Program, Func<int, IReadOnlyList<string>> Arguments, int OverheadMb, bool IsDoneWithItsResult)
{
    const string PathOfLastResort = "/usr/local/bin:/usr/bin:/bin";

    /// <exception cref="ScriptTrouble">There is none of this name here.</exception>
    public static Language Of(string name, ScriptOptions options)
    {
        var program = options.Interpreters.GetValueOrDefault(name);
        return name switch
        {
            "javascript" => new(name, program ?? ["node"], JavaScript, OverheadMb: 64, program is null),
            "python" => new(name, program ?? ["python3"], Python, OverheadMb: 0, program is null),
            _ when program is not null => new(name, program, _ => [], OverheadMb: 0, false),
            _ => throw new ScriptTrouble(ScriptFaults.NoInterpreter, $"no interpreter is set for '{name}' here; set one with: --script-interpreter {name}=PROGRAM (known: {Known(options)})"),
        };
    }

    static string Known(ScriptOptions options) => string.Join(", ", options.Interpreters.Keys.Union(["javascript", "python"]).Order(StringComparer.Ordinal));

    /// <summary>The heap has its limit from the start: it is no longer looked at later.</summary>
    static IReadOnlyList<string> JavaScript(int memoryMb) =>
        [string.Create(CultureInfo.InvariantCulture, $"--max-old-space-size={memoryMb}"), "-e", Boot("javascript")];

    static IReadOnlyList<string> Python(int memoryMb) => ["-I", "-c", Boot("python")];

    static string Boot(string language)
    {
        using var reader = new StreamReader(typeof(Language).Assembly.GetManifestResourceStream($"boot/{language}")!);
        return reader.ReadToEnd();
    }

    /// <exception cref="ScriptTrouble">Its program is not installed.</exception>
    public IReadOnlyList<string> Command(int memoryMb) => [Found(), .. Program.Skip(1), .. Arguments(memoryMb)];

    string Found() =>
        Find(Program[0]) ?? throw new ScriptTrouble(
            ScriptFaults.NoInterpreter, $"{Name} needs {Program[0]}, which is not installed here; install it, or name another with: --script-interpreter {Name}=PROGRAM");

    /// <summary>Looked for before it is started: what is started may be what takes the network away, which would find nothing only then.</summary>
    public static string? Find(string program) => program.Contains('/')
        ? File.Exists(program) ? Path.GetFullPath(program) : null
        : (Environment.GetEnvironmentVariable("PATH") ?? PathOfLastResort).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(IsProgram);

    static bool IsProgram(string path) =>
        OperatingSystem.IsLinux() && File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
