using System.Runtime.InteropServices;

namespace Rein.Cli.Children;

/// <summary>The signals that the framework has no method for.</summary>
static partial class Signals
{
    const int Sigterm = 15;
    const int Sigcont = 18;
    const int Sigstop = 19;

    public static void Terminate(int pid) => _ = Send(pid, Sigterm);

    public static void Suspend(int pid) => _ = Send(pid, Sigstop);

    public static void Continue(int pid) => _ = Send(pid, Sigcont);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
