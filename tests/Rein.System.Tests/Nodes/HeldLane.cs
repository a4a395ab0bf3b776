using Rein.Server.Commits;

namespace Rein.System.Tests.Nodes;

/// <summary>Holds the lane of a node inside of a commit, so that whatever is asked meanwhile comes into one batch.</summary>
sealed class HeldLane : IDisposable
{
    readonly ManualResetEventSlim free = new();
    readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int isWanted;

    public NodeSetup Setup => new() { Options = NodeSetup.Quick with { Probe = Pass } };

    void Pass(CommitKinds kinds, bool isCommitted)
    {
        if (isCommitted || !kinds.HasFlag(CommitKinds.Start) || Interlocked.Exchange(ref isWanted, 0) == 0)
            return;
        held.TrySetResult();
        free.Wait();
    }

    /// <summary>Completes when it is held, at the start of a run whose commit is the answer's.</summary>
    public async Task<Held> Hold(TestNode node)
    {
        Volatile.Write(ref isWanted, 1);
        var start = node.StartRun(Graphs.Delay(60_000));
        await held.Task;
        return new(start);
    }

    public void Release() => free.Set();

    public void Dispose() => free.Dispose();

    /// <param name="Start">Completes when the lane goes on.</param>
    public sealed record Held(Task Start);
}
