using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Usage;

public sealed class UsageViewTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_run_that_used_up_its_budget_says_so_in_its_document_its_receipt_and_the_list()
    {
        var started = await server.Client.StartInline(new() { Definition = Graph("hold"), Budget = 0.2m }, cancel: Cancel);
        Assert.Equal((0.2m, 0m), (started.Budget!.Credits, started.Budget.Spent));
        await foreach (var _ in server.Client.Watch(started.Id, cancel: Cancel)) { }

        var run = await server.Client.ReadRun(started.Id, cancel: Cancel);
        Assert.Equal(("stopped", "budget", "budget", false), (run.State, run.Cause, run.Stop!.Origin, run.Stop.IsManual));
        Assert.Equal("its budget of 0.2 credits was used up", run.Stop.Reason);
        Assert.True(run.Usage.Credits >= 0.2m);
        Assert.Equal((double)run.Usage.Credits, run.Usage.RunSeconds, 5);
        Assert.Equal((0.2m, 0m, null), (run.Budget!.Credits, run.Budget.PerSecond, run.Budget.UsedUpAt));
        Assert.Equal(run.Usage, (await server.Client.ReadReceipt(run.Id, Cancel)).Usage);
        Assert.Equal(run.Usage.Credits, Assert.Single((await server.Client.ReadReceipt(run.Id, Cancel)).Attempts).Credits);
        var listed = (await server.Client.ListRuns(cancel: Cancel)).Runs.Single(one => one.Id == run.Id);
        Assert.Equal((run.Usage, run.Budget), (listed.Usage, listed.Budget));
    }

    [Fact]
    public async Task While_it_executes_a_budget_says_what_it_costs_and_when_it_is_used_up()
    {
        var run = await server.StartAndBegin("hold");
        Assert.Null((await server.Client.ReadRun(run.Id, cancel: Cancel)).Budget);

        var limited = await server.Client.StartInline(new() { Definition = Graph("hold"), Budget = 1000 }, cancel: Cancel);
        await foreach (var change in server.Client.Watch(limited.Id, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "step_assigned"))
                break;
        var budget = (await server.Client.ReadRun(limited.Id, cancel: Cancel)).Budget!;
        Assert.Equal((1m, budget.At.AddSeconds(1000)), (budget.PerSecond, budget.UsedUpAt));
        await server.Client.Stop(limited.Id, new() { Force = true }, cancel: Cancel);
        Assert.Null((await server.Client.ReadRun(limited.Id, cancel: Cancel)).Budget!.UsedUpAt);
    }

    [Fact]
    public async Task A_run_that_was_stopped_in_the_queue_used_nothing()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("delay", """, "payload": { "delayMs": 60000 }"""), Budget = 1 }, cancel: Cancel);
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(10), cancel: Cancel);
        Assert.Equal((0, 0m), ((await server.Client.ReadReceipt(run.Id, Cancel)).Usage.RunSeconds, (await server.Client.ReadReceipt(run.Id, Cancel)).Usage.Credits));
    }
}
