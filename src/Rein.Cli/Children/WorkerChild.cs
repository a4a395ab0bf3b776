using System.Diagnostics;
using System.Globalization;

namespace Rein.Cli.Children;

/// <summary>Who a worker is, life after life: its name, its folder, what it executes, and how it reaches its server.</summary>
/// <param name="Server">The server's address, or that of somebody between.</param>
/// <param name="Key">With the scope <c>work</c>.</param>
/// <param name="Kinds">What it executes, with commas.</param>
sealed record WorkerIdentity(string Name, string Data, Uri Server, string Key, string Pool, string Kinds, int Capacity);

/// <summary>A `rein worker` of its own, in a process of its own.</summary>
sealed class WorkerChild : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process process;

    WorkerChild(Process process) => this.process = process;

    public int Pid => process.Id;

    public bool HasEnded => process.HasExited;

    public int EndedWith => process.ExitCode;

    /// <summary>As `kill -9` does: nothing is handed back, and processes of attempts live on until its next life finds them.</summary>
    public void Kill() => process.Kill();

    /// <exception cref="CommandException">It has opened no session; what it said is on standard error.</exception>
    public static async Task<WorkerChild> Start(WorkerIdentity worker)
    {
        var child = Begin(worker);
        try
        {
            var line = await child.process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System);
            if (line?.StartsWith("ready ", StringComparison.Ordinal) is not true)
                throw new CommandException(ExitCode.NoServer, "The worker did not start.");
            // It says so again with every session; nobody reading would block it some day.
            _ = child.process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return child;
        }
        catch
        {
            child.process.Kill();
            child.process.Dispose();
            throw;
        }
    }

    static WorkerChild Begin(WorkerIdentity worker)
    {
        string[] arguments =
        [
            "worker", "--server", worker.Server.ToString(), "--name", worker.Name, "--pool", worker.Pool, "--allow", worker.Kinds,
            "--capacity", worker.Capacity.ToString(CultureInfo.InvariantCulture), "--data", worker.Data,
        ];
        return new(Itself.Start(arguments, worker.Data, worker.Key));
    }

    public async ValueTask DisposeAsync() => await process.End();
}
