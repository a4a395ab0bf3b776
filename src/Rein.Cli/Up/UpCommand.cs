using System.CommandLine;
using System.Runtime.InteropServices;

namespace Rein.Cli.Up;

static class UpCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Build()
    {
        var command = new Command("up", "Starts a server with an embedded worker, and serves until Ctrl-C or SIGTERM.");
        var arguments = new UpArguments(command);
        command.SetAction((parsed, _) => Guarded.Run(() => Serve(arguments.Read(parsed))));
        return command;
    }

    static async Task<ExitCode> Serve(NodeOptions options)
    {
        ClosedMemory.Close();
        var told = new TaskCompletionSource<PosixSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Tell(signal, told));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Tell(signal, told));
        using var over = new CancellationTokenSource();
        Task rehearsal;
        await using (var node = await Node.Open(options, CancellationToken.None))
        {
            foreach (var trouble in new[] { node.KeyTrouble, node.SecretTrouble }.OfType<string>())
                await Console.Error.WriteLineAsync(trouble);
            await Console.Out.WriteLineAsync($"ready {node.Url}  key in {Path.Combine(options.Data, "admin.key")}");
            rehearsal = Rehearsal.IsWanted ? Rehearsal.Run(options.Data, over.Token) : Task.CompletedTask;
            // A person wants to know what the second Ctrl-C would do; a service manager does not.
            if (await told.Task is PosixSignal.SIGINT)
                await Console.Error.WriteLineAsync("Shutting down: attempts are handed back, runs stay as they are. Once more ends it at once.");
            await over.CancelAsync();
        }
        // What is real has been handed back by now; what is not may take its time, but not for ever.
        await Task.WhenAny(rehearsal, Task.Delay(Patience, TimeProvider.System));
        return ExitCode.Ok;
    }

    /// <summary>The first asks, the second does not wait. What is left of processes then, the next start sweeps.</summary>
    static void Tell(PosixSignalContext signal, TaskCompletionSource<PosixSignal> told)
    {
        signal.Cancel = true;
        if (!told.TrySetResult(signal.Signal))
            Environment.Exit((int)ExitCode.Interrupted);
    }
}
