using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Nodes;

/// <summary>A commit goes through, and nobody can find out that it has: its answer was lost with the connection, and the store is away.</summary>
public sealed class UnknownCommitTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("rein-unknown-").FullName;
    int isLost;

    [Fact]
    public async Task A_start_whose_commit_is_not_known_is_said_to_be_unknown_and_is_not_tried_again()
    {
        await using var node = await TestNode.Start(Setup(capacity: 0));
        var start = node.Parse(Graphs.Single("hold"));
        Volatile.Write(ref isLost, 1);

        var unknown = await Assert.ThrowsAsync<CommitException>(() => node.Commands.Start([new(start)]));

        Assert.True(unknown.IsStoreAway);
        Assert.Equal(RunState.Queued, (await node.Read(start.Run)).State);
    }

    [Fact]
    public async Task What_was_handed_out_by_a_commit_that_is_not_known_is_found_by_the_heartbeats_and_executed()
    {
        await using var node = await TestNode.Start(Setup(capacity: 1));
        var start = node.Parse(Graphs.Single("noop"));
        Volatile.Write(ref isLost, 1);
        await Assert.ThrowsAsync<CommitException>(() => node.Commands.Start([new(start)]));

        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(start.Run)).State);
        // There is one place, and it has come back.
        Assert.Equal(RunState.Succeeded, (await node.UntilEnded(await node.StartRun(Graphs.Single("noop")))).State);
    }

    NodeSetup Setup(int capacity) => new()
    {
        Capacity = capacity,
        Stores = () => Instead.Of<IStores>(SqliteStores.Open(folder, TimeProvider.System, NodeSetup.Quick.Rules), "get_Runs", (stores, _) => Losing(stores.Runs)),
    };

    IRunStore Losing(IRunStore runs) => Instead.Of(runs, nameof(IRunStore.Begin), (real, args) => Begin(real, (CancellationToken)args[0]!));

    async Task<IUnit> Begin(IRunStore runs, CancellationToken cancel) =>
        Instead.Of(await runs.Begin(cancel), nameof(IUnit.Commit), (unit, args) => Commit(unit, (ChangeSet)args[0]!, (CancellationToken)args[1]!));

    async Task Commit(IUnit unit, ChangeSet changes, CancellationToken cancel)
    {
        await unit.Commit(changes, cancel);
        if (changes.Runs.Any(change => change.Before is null) && Interlocked.Exchange(ref isLost, 0) == 1)
            throw new StoreException("the connection was lost in a commit") { IsTransient = true, IsUnknown = true };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
