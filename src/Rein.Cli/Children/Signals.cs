using System.Runtime.InteropServices;

namespace Rein.Cli.Children;

/// <summary>The one signal that the framework has no method for.</summary>
static partial class Signals
{
    const int Sigterm = 15;

    public static void Terminate(int pid) => _ = Send(pid, Sigterm);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int pid, int signal);
}
