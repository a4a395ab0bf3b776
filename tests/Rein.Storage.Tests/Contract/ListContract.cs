using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class ListContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    RunFilter Everything => new(Driver.Organization, 100);

    [Fact]
    public async Task Runs_are_listed_newest_first_in_pages()
    {
        var runs = new[] { await Driver.Start(), await Driver.Start(), await Driver.Start() };
        await new Driver(Stores, Driver.NewId()).Start();
        Assert.Equal([runs[2].Id, runs[1].Id, runs[0].Id], await List(Everything));
        Assert.Equal([runs[2].Id, runs[1].Id], await List(Everything with { Count = 2 }));
        Assert.Equal([runs[0].Id], await List(Everything with { Before = runs[1].Id }));
    }

    [Fact]
    public async Task A_list_can_be_narrowed_by_state_and_wish()
    {
        var queued = await Driver.Start();
        var running = await Driver.StartAndClaim();
        var stopping = await Driver.StartAndClaim();
        await Driver.Stop(stopping.Id);
        var succeeded = await Driver.End(await Driver.StartAndClaim());
        var failed = await Driver.End(await Driver.StartAndClaim(), outcome: Outcome.Failed);
        var stopped = await Driver.Stop((await Driver.Start()).Id);

        Assert.Equal([queued.Id], await List(Everything with { States = [RunState.Queued] }));
        Assert.Equal([stopping.Id, running.Id], await List(Everything with { States = [RunState.Running] }));
        Assert.Equal([stopping.Id, running.Id, queued.Id], await List(Everything with { States = [RunState.Running, RunState.Queued, RunState.Waiting] }));
        Assert.Equal([stopped.Id, failed.Id], await List(Everything with { States = [RunState.Failed, RunState.Stopped] }));
        Assert.Equal([stopped.Id, succeeded.Id, queued.Id], await List(Everything with { States = [RunState.Queued, RunState.Succeeded, RunState.Stopped] }));
        Assert.Equal([stopping.Id], await List(Everything with { IsStopping = true }));
        Assert.Equal([stopped.Id, failed.Id, succeeded.Id, running.Id, queued.Id], await List(Everything with { IsStopping = false }));
        Assert.Equal([running.Id], await List(Everything with { States = [RunState.Running], IsStopping = false }));
    }

    [Fact]
    public async Task A_list_can_be_narrowed_by_workflow_and_label()
    {
        var red = await Driver.Start(Driver.Order() with { Workflow = "a", Labels = Labels("colour", "red") });
        var blue = await Driver.Start(Driver.Order() with { Workflow = "a", Labels = Labels("colour", "blue") });
        var other = await Driver.Start(Driver.Order() with { Workflow = "b", Labels = Labels("colour", "red") });
        await new Driver(Stores, Driver.NewId()).Start(new Driver(Stores, Driver.NewId()).Order() with { Workflow = "a", Labels = Labels("colour", "red") });

        Assert.Equal([blue.Id, red.Id], await List(Everything with { Workflow = "a" }));
        Assert.Equal([other.Id, red.Id], await List(Everything with { Label = ("colour", "red") }));
        Assert.Equal([red.Id], await List(Everything with { Workflow = "a", Label = ("colour", "red"), States = [RunState.Queued], IsStopping = false, Before = blue.Id }));
        Assert.Empty(await List(Everything with { Label = ("red", "colour") }));
        Assert.Empty(await List(Everything with { Workflow = "' OR 1=1 --" }));
    }

    [Fact]
    public async Task A_list_carries_the_labels_of_each_run()
    {
        await Driver.Start(Driver.Order() with { Labels = Labels("a", "1") });
        await Driver.Start();
        var views = await Stores.Reader.List(Everything, Cancel);
        Assert.Equal([0, 1], views.Select(view => view.Labels.Count));
    }

    async Task<IEnumerable<Guid>> List(RunFilter filter) => (await Stores.Reader.List(filter, Cancel)).Select(view => view.Run.Id);

    static ImmutableSortedDictionary<string, string> Labels(string name, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(name, value);
}
