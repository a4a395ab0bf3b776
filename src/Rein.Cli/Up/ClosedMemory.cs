using System.Runtime.InteropServices;

namespace Rein.Cli.Up;

/// <summary>
/// What a server or a worker has in its memory: keys, and the environment it was started with. A command or a script that it executes is of the same user, who may read that of
/// any program of theirs, unless it says otherwise.
/// </summary>
static partial class ClosedMemory
{
    const int SetDumpable = 4;

    /// <summary>From now on it is root's alone, and no core is dumped. What is started from here is another program, and as open as ever.</summary>
    public static void Close() => _ = Control(SetDumpable, 0, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
