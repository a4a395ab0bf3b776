using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class LoopContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    /// <summary>`work_b` begins like `work`: what is gathered of the one is not the other's.</summary>
    static Definition Each(int width = 1) => Graphs.Parse($$$"""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": "{{$inputs.list}}", "width": {{{width}}} }, "loopBody": ["work_b"], "children": ["then"] },
            "work_b": { "type": "if", "payload": { "condition": { "left": "{{$item}}", "op": "gte", "right": 0 } }, "children": ["work"] },
            "work": { "type": "hold", "payload": { "n": "{{$item}}" } },
            "then": { "type": "hold", "payload": { "all": "{{each.result}}" } } } }
        """);

    /// <summary>An iteration has two results.</summary>
    static readonly Definition Twofold = Graphs.Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": "{{$inputs.list}}", "onFailure": "continue" }, "loopBody": ["work", "other"] },
            "work": { "type": "hold" },
            "other": { "type": "hold" } } }
        """);

    static readonly Definition Decided = Graphs.Parse("""
        { "nodes": {
            "root": { "type": "manual", "children": ["each"] },
            "each": { "type": "for-each", "payload": { "items": "{{$inputs.list}}" }, "loopBody": ["odd"] },
            "odd": { "type": "filter", "payload": { "items": ["{{$item}}"], "where": { "left": "{{$item}}", "op": "gte", "right": 3 } } } } }
        """);

    Task<Run> StartLoop(int count, Definition definition) =>
        Driver.Start(Driver.Order(definition) with { Input = Driver.Utf8($$"""{"list":[{{string.Join(',', Enumerable.Range(0, count))}}]}""") });

    async Task Iterate(Guid run, int index, string result) => await Driver.End(await Driver.Claim(run, $"work[{index}]"), $"work[{index}]", result);

    Task<long> Pages() => Database.Number("SELECT count(*) FROM loop_pages");

    async Task<Step> Loop(Guid run) => Assert.Single(await Stores.Reader.Steps(run, ["each"], Cancel));

    [Fact]
    public async Task A_loop_goes_on_behind_every_restart_and_has_its_results_in_order()
    {
        var run = (await StartLoop(12, Each(width: 2))).Id;
        for (var index = 0; index < 12; index++)
        {
            await Restart();
            await Iterate(run, index, $"{{\"was\":{index}}}");
            Assert.Equal(new(12, Math.Min(12, index + 3), index + 1, 0), LoopState.Of((await Loop(run)).Result));
        }
        await Restart();
        Assert.Equal(0, await Pages());
        var gathered = (await Driver.Load(run, new WakeStep(run, "each").Slice(Each(width: 2)))).Gathered["each"];
        Assert.Equal(Enumerable.Range(0, 12).Select(index => $"work[{index}]").Order(), gathered.Results.Keys.Order());
        await Driver.Do(new WakeStep(run, "each"));

        var ended = await Loop(run);
        Assert.Equal((StepState.Succeeded, null), (ended.State, ended.DueAt));
        Assert.Equal(Enumerable.Range(0, 12), JsonElement.Parse(ended.Result!.Value.Span).GetProperty("results").EnumerateArray().Select(result => result.GetProperty("was").GetInt32()));
        Assert.Contains("\"was\":11", Driver.Text((await Driver.Do(new ClaimStep(run, "then", Driver.Session, "worker"))).Steps["each"].Result));
    }

    [Fact]
    public async Task A_page_is_deleted_when_all_of_it_has_begun_and_a_decision_loads_two_at_most()
    {
        var run = (await StartLoop(750, Decided)).Id;
        Assert.Equal(6, await Pages());
        var loaded = await Driver.Load(run, new WakeStep(run, "each").Slice(Decided));
        Assert.Equal([200, 300], loaded.Pages.Select(page => page.First));
        Assert.Empty(loaded.Gathered);
        var reads = new List<long>();
        for (var left = 4; left >= 0; left -= 2)
        {
            reads.Add(await ReadsOf(() => Driver.Do(new WakeStep(run, "each"))));
            Assert.Equal(left, await Pages());
        }
        Assert.Equal(reads[0], reads[1]);
        loaded = await Driver.Load(run, new WakeStep(run, "each").Slice(Decided));
        Assert.Equal((0, 750, true), (loaded.Pages.Length, loaded.Gathered["each"].Results.Count, loaded.Gathered["each"].IsWhole));
        Assert.Equal(RunState.Succeeded, (await Driver.Do(new WakeStep(run, "each"))).State);
        Assert.Contains("\"results\":[[],[],[],[3],[4]", Driver.Text((await Loop(run)).Result));
    }

    [Fact]
    public async Task An_iteration_writes_and_reads_as_many_rows_whether_it_is_an_early_or_a_late_one()
    {
        var run = (await StartLoop(400, Each(width: 3))).Id;
        await Database.CountWrites();
        for (var index = 0; index < 8; index++)
            await Iterate(run, index, "1");
        var early = await Database.Writes();
        var readEarly = await ReadsOfIteration(run, 8);
        for (var index = 9; index < 248; index++)
            await Iterate(run, index, "1");
        var late = await Database.Writes();
        Assert.Equal(readEarly, await ReadsOfIteration(run, 248));

        Assert.All(late.Where(row => !row.Key.EndsWith("loop_pages", StringComparison.Ordinal)), row => Assert.Equal(early[row.Key] * 31, row.Value));
        // The iteration and its two steps; the loop, the step and the iteration when it is over, the step when it is handed out.
        Assert.Equal((3 * 8, 4 * 8), (early["insert steps"], early["update steps"]));
        Assert.Equal(2, late["delete loop_pages"]);
    }

    async Task<(long Claim, long End)> ReadsOfIteration(Guid run, int index)
    {
        var step = $"work[{index}]";
        Run claimed = null!;
        return (await ReadsOf(async () => claimed = await Driver.Claim(run, step)), await ReadsOf(() => Driver.End(claimed, step, "1")));
    }

    [Fact]
    public async Task Results_that_are_too_large_together_are_not_loaded_to_the_end()
    {
        var run = (await StartLoop(3, Each())).Id;
        for (var index = 0; index < 3; index++)
            await Iterate(run, index, $"\"{new string('x', 400_000)}\"");
        var loaded = await Driver.Load(run, new WakeStep(run, "each").Slice(Each()));
        Assert.False(loaded.Gathered["each"].IsWhole);
        Assert.InRange(loaded.Gathered["each"].Results.Count, 0, 2);
        await Driver.Do(new WakeStep(run, "each"));
        Assert.Equal("""{"total":3,"begun":3,"done":3,"failed":0}""", Driver.Text((await Loop(run)).Result));
    }

    [Fact]
    public async Task So_are_those_of_several_nodes_of_which_none_has_too_much_by_itself()
    {
        var run = (await StartLoop(1, Twofold)).Id;
        foreach (var step in new[] { "work[0]", "other[0]" })
            await Driver.End(await Driver.Claim(run, step), step, $"\"{new string('x', 600_000)}\"");
        var gathered = (await Driver.Load(run, new WakeStep(run, "each").Slice(Twofold))).Gathered["each"];
        Assert.False(gathered.IsWhole);
        Assert.InRange(gathered.Results.Values.Sum(result => result.Length), 0, LoopState.MostResultBytes);
    }

    [Fact]
    public async Task Results_of_several_nodes_that_are_not_too_large_are_all_loaded()
    {
        var run = (await StartLoop(2, Twofold)).Id;
        foreach (var step in new[] { "work[0]", "other[0]", "work[1]", "other[1]" })
            await Driver.End(await Driver.Claim(run, step), step, $"\"{new string('x', 200_000)}\"");
        var gathered = (await Driver.Load(run, new WakeStep(run, "each").Slice(Twofold))).Gathered["each"];
        Assert.Equal((true, 4), (gathered.IsWhole, gathered.Results.Count));
    }

    [Fact]
    public async Task Items_that_are_gone_when_they_are_used_up_are_an_error()
    {
        var run = (await StartLoop(750, Decided)).Id;
        RunChange change;
        await using (var unit = await Begin())
        {
            var head = (await unit.LockRuns([run], wait: true, Cancel)).Runs[run];
            var (before, decision) = await Driver.Decide(unit, head, _ => new WakeStep(run, "each"));
            change = new(before, decision.Change!);
        }
        Assert.NotEmpty(change.UsedPages);
        Assert.Null(await Database.Try($"DELETE FROM loop_pages WHERE run = {Database.Literal(run)} AND first = {change.UsedPages.First().First}"));

        await using var late = await Begin();
        await late.LockRuns([run], wait: true, Cancel);
        await Assert.ThrowsAsync<StoreException>(() => late.Commit(new([change]), Cancel));
    }

    [Fact]
    public async Task Items_that_a_stop_has_left_go_when_the_run_is_swept()
    {
        var run = (await StartLoop(750, Decided)).Id;
        Assert.Equal(RunState.Stopped, (await Driver.Stop(run)).State);
        Assert.Equal(new(750, 200, 200, 0), LoopState.Of((await Loop(run)).Result));
        Assert.Equal(6, await Pages());

        Assert.Equal(1, (await Stores.Retention.Prune(new(Driver.Organization, TimeSpan.FromMicroseconds(1), null, 100), Guid.Empty, Cancel)).Pruned);
        while (await Stores.Retention.Sweep(100, Cancel) > 0) { }
        Assert.Equal(0, await Pages());
    }

    [Fact]
    public async Task Steps_are_read_by_their_ids()
    {
        var run = (await StartLoop(3, Each(width: 2))).Id;

        Assert.Equal(["each", "each[1]", "work[0]"], (await Stores.Reader.Steps(run, ["work[0]", "each[1]", "each", "then", "work[2]"], Cancel)).Select(step => step.Id));
        Assert.Equal("1", Driver.Text(Assert.Single(await Stores.Reader.Steps(run, ["each[1]"], Cancel)).Result));
        Assert.Empty(await Stores.Reader.Steps(run, [], Cancel));
    }
}
