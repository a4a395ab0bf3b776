using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.System.Tests.Commits;

/// <summary>In weights of 512, as a lane takes them.</summary>
public sealed class WorkQueueTests : IDisposable
{
    const int All = 512;
    const int Eighth = All / 8;

    readonly WorkQueue queue = new();

    [Fact]
    public void Stops_go_alone_every_other_time()
    {
        Add(1, Stop);
        Add(1, Report);
        Assert.Equal([Urgency.Stop], Take().Keys);
        Add(1, Stop);
        Assert.Equal([Urgency.Stop, Urgency.Report], Take().Keys);
        Add(1, Stop);
        Add(1, Report);
        Assert.Equal([Urgency.Stop], Take().Keys);
    }

    [Fact]
    public void A_flood_of_stops_leaves_the_others_their_share()
    {
        Add(10 * All, Stop);
        Add(All, Report);
        Add(All, Timer);
        Assert.Equal(new() { [Urgency.Stop] = All }, Take());

        Assert.Equal(new() { [Urgency.Stop] = All / 2, [Urgency.Report] = All / 2 - Eighth, [Urgency.Timer] = Eighth }, Take());
    }

    [Fact]
    public void A_flood_of_reports_leaves_an_eighth_to_timers_and_starts()
    {
        Add(2 * All, Report);
        Add(Eighth / 2, Timer);
        Add(All, () => Start(1));

        Assert.Equal(new() { [Urgency.Report] = All - Eighth, [Urgency.Timer] = Eighth / 2, [Urgency.Start] = Eighth / 2 }, Take());
    }

    [Fact]
    public void Heavy_appends_take_nothing_of_the_eighth_and_owe_starts_nothing()
    {
        for (var i = 0; i < 3; i++)
        {
            Add(1, () => Append(rows: 8 * 8 * All));
            Add(Eighth / 2, Timer);
            Add(Eighth / 2, () => Start(1));

            Assert.Equal(new() { [Urgency.Report] = 1, [Urgency.Timer] = Eighth / 2, [Urgency.Start] = Eighth / 2 }, Take());
        }
    }

    [Fact]
    public void A_heavy_start_is_owed_and_later_starts_wait_until_the_others_had_as_much()
    {
        Add(1, Report);
        Add(1, () => Start(All + 10));
        Assert.Equal(1, Take()[Urgency.Start]);

        Add(1, () => Start(1));
        Add(All - 6, Timer);
        Assert.DoesNotContain(Urgency.Start, Take());
        Add(1, Timer);
        Assert.Equal(1, Take()[Urgency.Start]);
    }

    [Fact]
    public void Nothing_is_owed_where_nobody_else_has_anything()
    {
        Add(1, Report);
        Add(3, () => Start(10 * All));

        Assert.Equal(new() { [Urgency.Report] = 1, [Urgency.Start] = 1 }, Take());
        Assert.Equal(new() { [Urgency.Start] = 1 }, Take());
        Assert.Equal(new() { [Urgency.Start] = 1 }, Take());
    }

    [Fact]
    public void Starts_behind_a_queue_get_their_small_share()
    {
        Add(All, () => Start(1));

        Assert.Equal(new() { [Urgency.Start] = Eighth }, Take(starts: Eighth));
        Assert.Equal(new() { [Urgency.Start] = All - Eighth }, Take());
    }

    [Fact]
    public void The_order_within_an_urgency_is_kept()
    {
        var reports = Enumerable.Range(0, 2 * All).Select(_ => Report()).ToList();
        foreach (var report in reports)
            queue.TryAdd(report);

        List<Work> taken = [];
        while (taken.Count < reports.Count)
            taken.AddRange(queue.Take(All, All, TestContext.Current.CancellationToken));

        Assert.Equal(reports, taken);
    }

    [Fact]
    public void Starts_above_the_bound_are_refused_until_others_were_taken_and_nothing_else_is()
    {
        Assert.True(queue.TryAdd(Start(WorkQueue.StartBound)));
        Assert.False(queue.TryAdd(Start(1)));
        Assert.True(queue.TryAdd(Stop()));
        Assert.True(queue.TryAdd(Report()));
        Take();
        Take();
        Assert.True(queue.TryAdd(Start(1)));
    }

    [Fact]
    public async Task Closing_tells_whoever_waits_and_whoever_still_comes()
    {
        List<Work<Committed>> waiting = [Stop(), Report(), Timer()];
        foreach (var work in waiting)
            queue.TryAdd(work);
        var why = new InvalidOperationException("closed");

        queue.Close(why);
        waiting.Add(Report());
        Assert.True(queue.TryAdd(waiting[^1]));

        foreach (var work in waiting)
            Assert.Same(why, await Assert.ThrowsAsync<InvalidOperationException>(() => work.Task));
    }

    [Fact]
    public async Task Whoever_comes_after_the_lane_has_gone_is_told_too()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => queue.Take(All, All, gone.Token));
        queue.Close(new InvalidOperationException("closed"));
        queue.Dispose();

        var late = Stop();
        Assert.True(queue.TryAdd(late));

        await Assert.ThrowsAsync<InvalidOperationException>(() => late.Task);
    }

    void Add(int count, Func<Work> work)
    {
        for (var i = 0; i < count; i++)
            Assert.True(queue.TryAdd(work()));
    }

    /// <returns>How many works of each urgency.</returns>
    Dictionary<Urgency, int> Take(int starts = All) =>
        queue.Take(All, starts, TestContext.Current.CancellationToken).CountBy(work => work.Urgency).ToDictionary();

    static CommandWork Stop() => new(null, new EscalateStop(Guid.Empty));

    static CommandWork Report() => new(null, new HearStop(Guid.Empty, "a", 1, TimeSpan.Zero));

    static CommandWork Timer() => new(null, new WakeStep(Guid.Empty, "a"));

    static StartWork Start(int weight) => new(new StartOrder[weight]);

    static AppendWork Append(int rows) => new(null, new(AppendKind.Item, Guid.Empty, "a", 1, 1, [.. new ReadOnlyMemory<byte>[rows]]));

    public void Dispose() => queue.Dispose();
}
