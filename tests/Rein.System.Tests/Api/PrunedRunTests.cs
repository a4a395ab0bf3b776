using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

/// <summary>Alone with its server: it prunes whatever has ended there.</summary>
public sealed class PrunedRunTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_pruned_run_is_gone_and_says_so_and_its_receipt_and_its_idempotency_key_are_not()
    {
        var name = await server.Save("hold");
        var run = await server.Client.Start(name, idempotencyKey: "once", cancel: Cancel);
        await server.Client.Stop(run.Id, new() { Reason = "seen enough" }, TimeSpan.FromSeconds(30), Cancel);
        var before = await server.Client.ReadReceipt(run.Id, Cancel);
        await Prune(server.Stores.Retention);

        await Refused.With(ProblemCodes.RunPruned, () => server.Client.ReadRun(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.Stop(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.ListSteps(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.Pause(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.Resume(run.Id, Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.CreateStopLink(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => server.Client.ListStopLinks(run.Id, Cancel));
        foreach (var from in new[] { "start", "failure", "checkpoint" })
            await Refused.With(ProblemCodes.RunPruned, () => server.Client.Retry(run.Id, from, cancel: Cancel));
        using var foreign = await server.ConnectForeign();
        await Refused.With(ProblemCodes.RunNotFound, () => foreign.ReadReceipt(run.Id, Cancel));

        var after = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.NotNull(after.PrunedAt);
        Assert.Equal(Text(before), Text(after with { PrunedAt = null }));

        var again = await server.Client.Start(name, idempotencyKey: "once", cancel: Cancel);
        Assert.Equal((run.Id, "stopped"), (again.Id, again.State));
        Assert.NotNull(again.PrunedAt);
        Assert.Empty((await server.Client.ListRuns(new() { Workflow = name }, Cancel)).Runs);
    }

    [Fact]
    public async Task A_run_that_is_pruned_while_it_is_repeated_is_gone_and_nothing_begins_without_its_input()
    {
        await using var other = new TestServer
        {
            Between = stores => Instead.Of(stores, "get_Reader", (real, _) => Instead.Of(
                real.Reader, nameof(IRunReader.Input), (reader, args) => Late(real.Retention, reader, (Guid)args[0]!))),
        };
        await other.InitializeAsync();
        foreach (var from in new[] { "start", "failure", "checkpoint" })
        {
            var run = await other.StartAndBegin("hold");
            await other.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
            await Refused.With(ProblemCodes.RunPruned, () => other.Client.Retry(run.Id, from, cancel: Cancel));
        }
        Assert.Empty((await other.Client.ListRuns(new(), Cancel)).Runs);

        static async Task<ReadOnlyMemory<byte>> Late(IRetentionStore retention, IRunReader reader, Guid run)
        {
            await Prune(retention);
            return await reader.Input(run, Cancel);
        }
    }

    static string Text(ReceiptDocument receipt) => global::System.Text.Json.JsonSerializer.Serialize(receipt, ProtocolJson.Default.ReceiptDocument);

    static async Task Prune(IRetentionStore retention)
    {
        foreach (var organization in await retention.Organizations(Cancel))
            await retention.Prune(new PruneRule(organization, TimeSpan.FromMicroseconds(1), null, 1000), Guid.Empty, Cancel);
        while (await retention.Sweep(100, Cancel) > 0) { }
    }
}
