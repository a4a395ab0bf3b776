using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

public abstract class RunContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_run_is_loaded_as_it_was_decided()
    {
        var parent = await Driver.StartAndClaim();
        var started = await Driver.Start(Driver.Order(Graphs.Diamond) with
        {
            Workflow = "flow", Version = 3, Input = Driver.Utf8("""{"name":"x"}"""), Priority = 7, LimitKeys = ["a", "b"],
            Deadline = TimeSpan.FromHours(1), QueueTtl = TimeSpan.FromMinutes(1), Parent = parent.Id, ParentStep = "work", IsDetached = true,
        });
        AssertSameHead(started, await Driver.Load(started.Id));

        var paused = await Driver.Do(new PauseRun(started.Id, "key:ops", "wait — ä"));
        AssertSameHead(paused, await Driver.Load(started.Id));
        await Driver.Do(new ResumeRun(started.Id, "key:ops"));

        await Driver.Claim(started.Id, "left");
        var stopping = await Driver.Stop(started.Id);
        AssertSameHead(stopping, await Driver.Load(started.Id));

        var ended = await Driver.Stop(started.Id, force: true);
        Assert.Equal(RunState.Stopped, ended.State);
        AssertSameHead(ended, await Driver.Load(started.Id));
    }

    [Fact]
    public async Task A_step_is_loaded_as_it_was_decided()
    {
        var claimed = await Driver.StartAndClaim(Graphs.Retrying);
        Assert.Equal(claimed.Steps["work"], (await Driver.Load(claimed.Id)).Steps["work"]);
        var retrying = await Driver.End(claimed, outcome: Outcome.Failed);
        var loaded = (await Driver.Load(claimed.Id)).Steps["work"];
        Assert.Equal(StepState.Waiting, loaded.State);
        Assert.Equal(retrying.Steps["work"] with { Attempt = null }, loaded with { Attempt = null });
        Assert.Equal(retrying.Steps["work"].Attempt! with { Proof = null }, loaded.Attempt! with { Proof = null });
    }

    [Fact]
    public async Task A_proof_is_loaded_as_it_was_reported()
    {
        var claimed = await Driver.StartAndClaim();
        var proof = new Proof(Rung.Killed, 137, "cgroup", [new("process", "42", "not ours")]);
        await Driver.Do(new EndAttempt(claimed.Id, "work", Driver.Fence(claimed), Outcome.Failed, proof, null, "it broke", 0));
        var loaded = (await Driver.Load(claimed.Id, Slice.Of("work"))).Steps["work"].Attempt!.Proof!;
        Assert.Equal(proof with { Residuals = [] }, loaded with { Residuals = [] });
        Assert.Equal(proof.Residuals, loaded.Residuals);
    }

    [Fact]
    public async Task A_slice_has_the_steps_it_names_and_no_others()
    {
        var run = await Driver.Start(Driver.Order(Graphs.Diamond) with { Input = Driver.Utf8("""{"name":"in"}""") });
        var left = await Driver.Claim(run.Id, "left");
        await Driver.End(left, "left", """{"name":"l"}""");

        Assert.Empty((await Driver.Load(run.Id, Slice.Head)).Steps);
        Assert.Equal(["left"], (await Driver.Load(run.Id, Slice.Of("left"))).Steps.Keys);
        Assert.Equal(["join", "right"], (await Driver.Load(run.Id, Slice.OpenSteps)).Steps.Keys.Order());
        Assert.Empty((await Driver.Load(run.Id, Slice.Of("nowhere"))).Steps);

        var bare = await Driver.Load(run.Id, Slice.Of("left"));
        Assert.Null(bare.Steps["left"].Result);
        Assert.True(bare.Input.IsEmpty);

        var full = await Driver.Load(run.Id, new() { Results = ["left"], Input = true });
        Assert.Equal("""{"name":"l"}""", Driver.Text(full.Steps["left"].Result));
        Assert.Equal("""{"name":"in"}""", Driver.Text(full.Input));
    }

    [Fact]
    public async Task Slices_come_in_the_order_in_which_they_were_asked_for()
    {
        var runs = new[] { await Driver.Start(), await Driver.Start(), await Driver.Start() };
        await using var unit = await Begin();
        var locked = await unit.LockRuns([.. runs.Select(run => run.Id)], wait: true, Cancel);
        var slices = await unit.LoadSlices([.. runs.Reverse().Select(run => (locked.Runs[run.Id], Slice.OpenSteps))], Cancel);
        Assert.Equal(runs.Reverse().Select(run => run.Id), slices.Select(run => run.Id));
        Assert.All(slices, run => Assert.Single(run.Steps));
    }

    [Fact]
    public async Task A_step_that_reads_another_one_is_claimed_with_its_result()
    {
        var run = await Driver.Start(Driver.Order(Graphs.Diamond) with { Input = Driver.Utf8("""{"name":"in"}""") });
        foreach (var side in new[] { "left", "right" })
            await Driver.End(await Driver.Claim(run.Id, side), side, """{"name":"l"}""");
        await using var unit = await Begin();
        var head = (await unit.LockRuns([run.Id], wait: true, Cancel)).Runs[run.Id];
        var (_, decision) = await Driver.Decide(unit, head, _ => new ClaimStep(run.Id, "join", Driver.Session, "worker"));
        var assign = Assert.Single(decision.Change!.Effects.OfType<Assign>());
        Assert.Equal("""{"and":"in","with":"l"}""", Driver.Text(assign.Payload));
    }

    [Fact]
    public async Task Unknown_runs_are_not_in_the_answer()
    {
        var run = await Driver.Start();
        await using var unit = await Begin();
        var locked = await unit.LockRuns([Driver.NewId(), run.Id], wait: true, Cancel);
        Assert.Equal([run.Id], locked.Runs.Keys);
        Assert.Empty(locked.Skipped);
    }

    [Fact]
    public async Task What_was_not_committed_has_not_happened()
    {
        var start = Driver.Order();
        await using (var unit = await Begin())
            await Driver.Decide(unit, start);
        Assert.Null(await Stores.Reader.Find(Driver.Organization, start.Run, Cancel));
    }

    [Fact]
    public async Task Everything_survives_a_restart()
    {
        var claimed = await Driver.StartAndClaim(Graphs.Retrying);
        await Driver.Append(Driver.Items(claimed, 1, "1", "2"));
        var stopping = await Driver.Stop(claimed.Id);
        await Restart();
        var loaded = await Driver.Load(claimed.Id);
        AssertSameHead(stopping, loaded);
        Assert.Equal(2, loaded.Steps["work"].Attempt!.Items);
        Assert.True(loaded.Steps["work"].Attempt!.IsOpen);
        Assert.Equal(5, loaded.Definition.Nodes["work"].MaxAttempts);
    }

    [Fact]
    public async Task A_definition_whose_first_run_was_not_committed_is_stored_with_the_next()
    {
        var definition = Graphs.OfKind("hold", "somewhere");
        var start = Driver.Order(definition);
        await using (var unit = await Begin())
        {
            var change = await Driver.Decide(unit, start);
            await Assert.ThrowsAsync<StoreException>(() => unit.Commit(new([change, change]), Cancel));
        }
        await Driver.Start(start);
        await Restart();
        Assert.Equal(definition.Hash, (await Driver.Load(start.Run)).Definition.Hash);
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(100_000, true)]
    public async Task What_is_large_and_changes_no_more_is_the_same_bytes_at_every_load(int length, bool isSame)
    {
        var large = $$"""{"x":"{{new string('x', length)}}"}""";
        var run = await Driver.Start(Driver.Order(Graphs.Diamond) with { Input = Driver.Utf8(large) });
        await Driver.End(await Driver.Claim(run.Id, "left"), "left", large);
        var slice = new Slice { Input = true, Results = ["left", "join"] };
        var (first, again) = (await Driver.Load(run.Id, slice), await Driver.Load(run.Id, slice));

        Assert.Equal((large, large), (Driver.Text(again.Input), Driver.Text(again.Steps["left"].Result)));
        Assert.Equal((StepState.Succeeded, StepState.Pending, null), (again.Steps["left"].State, again.Steps["join"].State, again.Steps["join"].Result));
        Assert.Equal((isSame, isSame), (first.Input.Equals(again.Input), first.Steps["left"].Result.Equals(again.Steps["left"].Result)));
    }

    [Fact]
    public async Task The_clock_never_goes_back_behind_a_commit()
    {
        var earlier = await Driver.Start();
        await using var unit = await Begin();
        Assert.True(unit.Now >= earlier.ChangedAt);
        Assert.Equal(0, unit.Now.Ticks % TimeSpan.TicksPerMicrosecond);
    }

    [Fact]
    public async Task A_one_step_run_costs_four_inserted_and_two_updated_rows()
    {
        await Driver.Start();
        await Database.CountWrites();
        await using (var unit = await Begin())
        {
            var started = await Driver.Decide(unit, Driver.Order());
            var claimed = new ClaimStep(started.After.Id, "work", Driver.Session, "worker").Decide(started.After, unit.Now);
            await unit.Commit(new([new(null, started.Change.Then(claimed.Change!), started.Start)]), Cancel);
            await unit.DisposeAsync();
            await Driver.End(claimed.Change!.Run, result: "{}");
        }
        Assert.Equal(
            ["insert events 2", "insert runs 1", "insert steps 1", "update runs 1", "update steps 1"],
            (await Database.Writes()).Select(count => $"{count.Key} {count.Value}").Order(StringComparer.Ordinal));
    }
}
