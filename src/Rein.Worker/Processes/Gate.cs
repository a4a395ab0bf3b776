namespace Rein.Worker.Processes;

/// <summary>
/// Holds a child before its program begins, until it is marked and stands in its cgroup: a process that is contained later could have
/// forked before. posix_spawn can do neither in the C libraries of today's long-term distributions, so the gate is the smallest program
/// that every system has: <c>sh</c> waits for one line on a pipe, then becomes the program. It interprets nothing of the command.
/// </summary>
sealed class Gate(Pipe pipe) : IDisposable
{
    public const int Handle = 3;
    const string Shell = "/bin/sh";
    const string Script = "read -r _ <&3 && exec 3<&- && exec \"$@\"";

    public static readonly bool IsAvailable = File.Exists(Shell);

    public int ReadEnd => pipe.ReadEnd;

    /// <summary>
    /// A shell loses variables that are no names of its own, and runs what is no program: such a command is started directly, in a tree.
    /// </summary>
    public static bool CanPass(Executable executable, IEnumerable<string> variables) =>
        IsAvailable && executable.IsPlain() && variables.All(IsName);

    static bool IsName(string variable) =>
        !char.IsAsciiDigit(variable[0]) && variable.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    public static Spawn Before(Spawn spawn) => spawn with
    {
        Path = Shell,
        Arguments = [Shell, "-c", Script, "rein-gate", spawn.Path, .. spawn.Arguments.Skip(1)],
    };

    /// <summary>Lets the child go on. Closing the gate without it makes the child end without having begun.</summary>
    public unsafe void Open()
    {
        fixed (byte* line = "\n"u8) _ = Libc.Write(pipe.WriteEnd, line, 1);
    }

    public void Dispose() => pipe.Close();
}
