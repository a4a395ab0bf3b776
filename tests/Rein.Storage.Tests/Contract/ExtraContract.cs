using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>What lies beside runs and workflows for another API, and how runs are found and counted for it.</summary>
public abstract class ExtraContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task What_lies_beside_a_run_comes_with_its_start_and_is_found_by_the_id_that_was_chosen()
    {
        var named = await Driver.Start(With("run_mine", """{"by":"me"}"""));
        var nameless = await Driver.Start(With(null, "{}"));
        var bare = await Driver.Start();
        var foreign = new Driver(Stores, Driver.NewId());
        var theirs = await foreign.Start(foreign.Order() with { Extras = new("run_mine", Driver.Utf8("{}")) });

        Assert.Equal(named.Id, await Stores.Extras.FindRun(Driver.Organization, "run_mine", Cancel));
        Assert.Equal(theirs.Id, await Stores.Extras.FindRun(foreign.Organization, "run_mine", Cancel));
        Assert.Null(await Stores.Extras.FindRun(Driver.Organization, "run_Mine", Cancel));
        var beside = await Stores.Extras.Of([named.Id, nameless.Id, bare.Id, named.Id], Cancel);
        Assert.Equal(2, beside.Count);
        Assert.Equal(("run_mine", """{"by":"me"}"""), (beside[named.Id].Alias, Driver.Text(beside[named.Id].Json)));
        Assert.Equal((null, "{}"), (beside[nameless.Id].Alias, Driver.Text(beside[nameless.Id].Json)));
    }

    [Fact]
    public async Task No_two_runs_of_an_organization_have_one_chosen_id()
    {
        var first = await Driver.Start(With("run_mine", "{}"));
        var taken = await Assert.ThrowsAsync<StoreException>(() => Driver.Start(With("run_mine", "{}")));
        Assert.True(taken is { IsContended: true, IsTransient: false });
        Assert.Equal(first.Id, await Stores.Extras.FindRun(Driver.Organization, "run_mine", Cancel));
    }

    [Fact]
    public async Task What_lies_beside_a_run_is_replaced_by_who_has_seen_it_last()
    {
        var run = (await Driver.Start(With("run_mine", "{}"))).Id;
        var bare = (await Driver.Start()).Id;

        Assert.True(await Put(run, "{}", """{"n":1}"""));
        Assert.False(await Put(run, "{}", """{"n":2}"""));
        Assert.False(await Put(run, "", """{"n":3}"""));
        Assert.True(await Put(bare, "", """{"n":4}"""));
        Assert.False(await Put(bare, "", """{"n":5}"""));
        Assert.False(await Put(Driver.NewId(), "", "{}"));
        Assert.False(await Stores.Extras.PutBesideRun(Driver.NewId(), run, Driver.Utf8("""{"n":1}"""), Driver.Utf8("{}"), false, Cancel));
        var beside = await Stores.Extras.Of([run, bare], Cancel);
        Assert.Equal(("run_mine", """{"n":1}"""), (beside[run].Alias, Driver.Text(beside[run].Json)));
        Assert.Equal((null, """{"n":4}"""), (beside[bare].Alias, Driver.Text(beside[bare].Json)));
    }

    Task<bool> Put(Guid run, string before, string json, bool evenEnded = false) =>
        Stores.Extras.PutBesideRun(Driver.Organization, run, before.Length == 0 ? default(ReadOnlyMemory<byte>) : Driver.Utf8(before), Driver.Utf8(json), evenEnded, Cancel);

    [Fact]
    public async Task Beside_a_run_that_has_ended_only_who_says_so_writes()
    {
        var run = (await Driver.Start(With(null, "{}"))).Id;
        var bare = (await Driver.Start()).Id;
        await Driver.Stop(run);
        await Driver.Stop(bare);

        Assert.False(await Put(run, "{}", """{"n":1}"""));
        Assert.False(await Put(bare, "", """{"n":1}"""));
        Assert.True(await Put(run, "{}", """{"n":2}""", evenEnded: true));
        Assert.True(await Put(bare, "", """{"n":2}""", evenEnded: true));
    }

    [Fact]
    public async Task A_run_is_found_whosever_it_is_by_its_id_and_by_the_one_that_was_chosen()
    {
        var organization = await Stores.Keys.CreateOrganization("theirs", Cancel);
        var foreign = new Driver(Stores, organization);
        var theirs = await foreign.Start(foreign.Order() with { Extras = new("run_theirs", Driver.Utf8("{}")) });

        Assert.Equal(theirs.Id, await Stores.Extras.FindAnywhere(theirs.Id, "none", 1000, Cancel));
        Assert.Equal(theirs.Id, await Stores.Extras.FindAnywhere(Driver.NewId(), "run_theirs", 1000, Cancel));
        Assert.Null(await Stores.Extras.FindAnywhere(Driver.NewId(), "none", 1000, Cancel));
    }

    [Fact]
    public async Task A_chosen_id_is_looked_for_in_so_many_organizations_and_in_no_more()
    {
        var organization = await Stores.Keys.CreateOrganization("youngest", Cancel);
        var foreign = new Driver(Stores, organization);
        var theirs = await foreign.Start(foreign.Order() with { Extras = new("run_youngest", Driver.Utf8("{}")) });
        var all = (await Stores.Keys.ListOrganizations(null, 1000, Cancel)).Count;

        Assert.Null(await Stores.Extras.FindAnywhere(Driver.NewId(), "run_youngest", all - 1, Cancel));
        Assert.Equal(theirs.Id, await Stores.Extras.FindAnywhere(Driver.NewId(), "run_youngest", all, Cancel));
        Assert.Equal(theirs.Id, await Stores.Extras.FindAnywhere(theirs.Id, "none", 0, Cancel));
    }

    [Fact]
    public async Task What_lies_beside_a_workflow_is_replaced_and_its_name_is_found_by_its_id()
    {
        var saved = await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, null, Cancel);
        Assert.True((await Stores.Extras.OfWorkflow(Driver.Organization, "flow", Cancel)).IsEmpty);
        var first = Driver.Utf8("""{"title":"a"}""");
        Assert.True(await Stores.Extras.ExchangeBesideWorkflow(Driver.Organization, "flow", default, first, Cancel));
        Assert.True(await Stores.Extras.ExchangeBesideWorkflow(Driver.Organization, "flow", first, Driver.Utf8("""{"title":"b"}"""), Cancel));
        await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.Diamond, null, Cancel);

        Assert.Equal("""{"title":"b"}""", Driver.Text(await Stores.Extras.OfWorkflow(Driver.Organization, "flow", Cancel)));
        Assert.True((await Stores.Extras.OfWorkflow(Driver.NewId(), "flow", Cancel)).IsEmpty);
        Assert.Equal("flow", await Stores.Workflows.NameOf(Driver.Organization, saved.Id, Cancel));
        Assert.Null(await Stores.Workflows.NameOf(Driver.NewId(), saved.Id, Cancel));
    }

    [Fact]
    public async Task Workflows_are_found_by_a_range_of_their_ids_each_once()
    {
        var first = await Stores.Workflows.Save(Driver.Organization, "one", Graphs.OneStep, null, Cancel);
        await Stores.Workflows.Save(Driver.Organization, "one", Graphs.Diamond, null, Cancel);
        var other = await Stores.Workflows.Save(Driver.Organization, "two", Graphs.OneStep, null, Cancel);
        var (low, high) = first.Id.CompareTo(other.Id) < 0 ? (first.Id, other.Id) : (other.Id, first.Id);
        Assert.Equal(["one", "two"], await Stores.Workflows.NamesBetween(Driver.Organization, low, high, Cancel));
        Assert.Equal(["one"], await Stores.Workflows.NamesBetween(Driver.Organization, first.Id, first.Id, Cancel));
        Assert.Empty(await Stores.Workflows.NamesBetween(Driver.NewId(), low, high, Cancel));
        Assert.Empty(await Stores.Workflows.NamesBetween(Driver.Organization, high, low, Cancel));
    }

    [Fact]
    public async Task Whoever_exchanges_what_lies_beside_a_workflow_loses_nobody_else()
    {
        Assert.True(await Exchange("", "[0]"));
        Assert.False(await Exchange("", "[1]"));
        Assert.False(await Exchange("[1]", "[2]"));
        Assert.Equal("[0]", await Beside());
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async number =>
        {
            while (await Beside() is var before && !await Exchange(before, $"{before[..^1]},{number}]")) { }
        }));

        Assert.Equal(Enumerable.Range(0, 21), JsonElement.Parse(await Beside()).EnumerateArray().Select(number => number.GetInt32()).Order());

        Task<bool> Exchange(string before, string json) =>
            Stores.Extras.ExchangeBesideWorkflow(Driver.Organization, "flow", Driver.Utf8(before), Driver.Utf8(json), Cancel);

        async Task<string> Beside() => Driver.Text(await Stores.Extras.OfWorkflow(Driver.Organization, "flow", Cancel));
    }

    [Fact]
    public async Task Runs_are_listed_and_counted_by_how_they_have_ended()
    {
        var whole = await Driver.End(await Driver.StartAndClaim());
        var failed = await Driver.End(await Driver.StartAndClaim(), outcome: Outcome.Failed);
        var tolerant = Graphs.Parse("""
            { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold", "payload": { "onFailure": "continue" } } } }
            """);
        var part = await Driver.End(await Driver.StartAndClaim(tolerant), outcome: Outcome.Failed);
        await Driver.Stop((await Driver.Start()).Id);
        var queued = await Driver.Start(Driver.Order() with { Workflow = "flow" });
        var all = new RunFilter(Driver.Organization, 100);

        Assert.Equal((RunState.Succeeded, Cause.Partial), (part.State, part.Cause));
        Assert.Equal([whole.Id], await List(all with { IsWhole = true }));
        Assert.Equal([part.Id, failed.Id], await List(all with { IsWhole = false }));
        Assert.Equal([failed.Id], await List(all with { IsWhole = false, Skip = 1, Count = 1 }));
        Assert.Equal(
            [(RunState.Queued, null, 1), (RunState.Succeeded, Cause.Completed, 1), (RunState.Succeeded, Cause.Partial, 1), (RunState.Failed, Cause.Error, 1), (RunState.Stopped, Cause.Manual, 1)],
            await Count(null, null));
        Assert.Equal([queued.Id], await List(all with { IsOfAWorkflow = true }));
        Assert.Equal([(RunState.Queued, null, 1)], await Count("flow", null));
        Assert.Equal([(RunState.Queued, null, 1)], await Count(null, queued.CreatedAt));
    }

    Core.Runs.Lifecycle.StartRun With(string? alias, string json) => Driver.Order() with { Extras = new(alias, Driver.Utf8(json)) };

    async Task<IEnumerable<Guid>> List(RunFilter filter) => (await Stores.Reader.List(filter, Cancel)).Select(view => view.Run.Id);

    async Task<IEnumerable<(RunState, Cause?, long)>> Count(string? workflow, DateTimeOffset? since) =>
        (await Stores.Reader.Count(Driver.Organization, workflow, since, Cancel)).OrderBy(count => count.State).ThenBy(count => count.Cause)
            .Select(count => (count.State, count.Cause, count.Runs));
}
