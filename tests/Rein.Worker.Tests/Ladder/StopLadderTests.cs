using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Ladder;

/// <summary>The ladder over handlers inside the worker, and its promises about time.</summary>
public sealed class StopLadderTests : IDisposable
{
    static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    readonly StopThread _thread = new();

    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    StopLadder Ladder(TimeProvider? clock = null) => new(_thread, clock ?? TimeProvider.System);

    /// <summary>A handler that does what it is told.</summary>
    StoppableHandler Cooperative()
    {
        var stop = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        stop.Token.Register(ended.SetResult);
        return new StoppableHandler("good", stop, ended.Task, _thread);
    }

    /// <summary>A handler that never returns by itself.</summary>
    StoppableHandler Deaf(Task? until = null) => new("deaf", new CancellationTokenSource(), until ?? new TaskCompletionSource().Task, _thread);

    [Fact]
    public async Task A_handler_that_hears_its_token_needs_the_first_rung_only()
    {
        var ladder = Ladder();
        ladder.Hold(Cooperative());

        ladder.Climb(s_long);

        var result = await ladder.Gone.WaitAsync(Patience);
        Assert.Equal((Rung.Asked, Containment.None), (result.Rung!.Value, result.Containment));
        Assert.Empty(result.Residuals);
        Assert.Null(result.KilledAfter);
    }

    [Fact]
    public async Task Code_that_ignores_its_token_is_reported_as_left_and_no_rung_is_claimed()
    {
        var ladder = Ladder();
        ladder.Hold(Deaf());

        ladder.Climb(TimeSpan.Zero);

        var result = await ladder.Gone.WaitAsync(Patience);
        Assert.Equal(("handler", "deaf"), (result.Residuals.Single().Kind, result.Residuals.Single().Id));
        Assert.Null(result.Rung);
        Assert.NotNull(result.KilledAfter);
    }

    [Fact]
    public async Task Code_that_has_just_returned_was_asked_by_nobody_though_the_news_of_it_is_still_on_its_way()
    {
        var ladder = Ladder();
        using var stop = new CancellationTokenSource();
        var code = new TaskCompletionSource();
        // Whoever waits for the code is told of its end in the order in which they came: this one before the handler.
        var swept = code.Task.ContinueWith(_ =>
        {
            ladder.Force();
            return ladder.Gone.Wait(TimeSpan.FromSeconds(30));
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        ladder.Hold(new StoppableHandler("returned", stop, code.Task, _thread));

        code.SetResult();

        Assert.True(await swept);
        Assert.Null((await ladder.Gone.WaitAsync(Patience)).Rung);
        Assert.False(stop.IsCancellationRequested);
    }

    [Fact]
    public async Task Nothing_held_is_proved_gone_at_once()
    {
        var ladder = Ladder();

        ladder.Force();

        var result = await ladder.Gone.WaitAsync(Patience);
        Assert.Null(result.Rung);
        Assert.Empty(result.Residuals);
    }

    [Fact]
    public async Task A_second_request_moves_the_kill_earlier_and_never_later()
    {
        var clock = new ManualClock();
        var ladder = Ladder(clock);
        var deaf = new Recorder();
        ladder.Hold(deaf);

        ladder.Climb(TimeSpan.FromSeconds(100));
        ladder.Climb(TimeSpan.FromSeconds(10));
        ladder.Climb(TimeSpan.FromSeconds(50));
        await deaf.Asked.WaitAsync(Patience);
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(deaf.Killed.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        ladder.Climb(s_long);

        await deaf.Killed.WaitAsync(Patience);
        var result = await ladder.Gone.WaitAsync(Patience);
        Assert.Equal(TimeSpan.FromSeconds(10.1), result.KilledAfter);
        Assert.Equal(1, deaf.TimesAsked);
    }

    [Fact]
    public async Task Force_does_not_ask_a_process_and_does_not_wait()
    {
        var ladder = Ladder(new ManualClock());
        var deaf = new Recorder();
        ladder.Hold(deaf);

        ladder.Force();

        await ladder.Gone.WaitAsync(Patience);
        Assert.Equal(0, deaf.TimesAsked);
    }

    [Fact]
    public async Task Force_ends_the_wait_of_a_stop_that_was_patient()
    {
        var ladder = Ladder(new ManualClock());
        var deaf = new Recorder();
        ladder.Hold(deaf);
        ladder.Climb(s_long);
        await deaf.Asked.WaitAsync(Patience);

        ladder.Force();

        Assert.Equal(Rung.Killed, (await ladder.Gone.WaitAsync(Patience)).Rung);
    }

    [Fact]
    [Trait("hazard", "H7")]
    public async Task H7_what_is_held_after_the_stop_began_is_asked_at_once()
    {
        var ladder = Ladder(new ManualClock());
        var first = new Recorder();
        ladder.Hold(first);
        ladder.Climb(s_long);
        await first.Asked.WaitAsync(Patience);

        var late = new Recorder();
        Assert.True(ladder.Hold(late));

        await late.Asked.WaitAsync(Patience);
        ladder.Force();
        await Task.WhenAll(late.Killed, ladder.Gone).WaitAsync(Patience);
    }

    [Fact]
    [Trait("hazard", "H7")]
    public async Task H7_what_comes_after_the_report_is_killed_at_once_because_nothing_outlives_its_attempt()
    {
        var ladder = Ladder();
        ladder.Force();
        await ladder.Gone.WaitAsync(Patience);

        var late = new Recorder();
        Assert.False(ladder.Hold(late));

        await late.Killed.WaitAsync(Patience);
    }

    [Fact]
    [Trait("hazard", "H4")]
    public async Task H4_callbacks_of_the_attempt_that_never_return_do_not_stop_the_ladder()
    {
        using var release = new ManualResetEventSlim();
        var stop = new CancellationTokenSource();
        stop.Token.Register(release.Wait);
        var ladder = Ladder();
        ladder.Hold(new StoppableHandler("stuck", stop, new TaskCompletionSource().Task, _thread));
        var other = Ladder();
        other.Hold(Cooperative());

        ladder.Climb(TimeSpan.Zero);
        other.Climb(s_long);

        Assert.Equal(Rung.Asked, (await other.Gone.WaitAsync(Patience)).Rung);
        Assert.Single((await ladder.Gone.WaitAsync(Patience)).Residuals);
        release.Set();
    }

    [Fact]
    [Trait("hazard", "H4")]
    public async Task H4_something_that_throws_or_gives_no_proof_does_not_stop_the_ladder()
    {
        var ladder = Ladder();
        ladder.Hold(new Thrower());
        var deaf = new Recorder();
        ladder.Hold(deaf);

        ladder.Climb(TimeSpan.Zero);

        await deaf.Killed.WaitAsync(Patience);
        var left = Assert.Single((await ladder.Gone.WaitAsync(Patience)).Residuals);
        Assert.Equal("browser", left.Kind);
    }

    public void Dispose() => _thread.Dispose();

    /// <summary>Ends only when it is killed, and remembers what it was told.</summary>
    sealed class Recorder : IStoppable
    {
        readonly TaskCompletionSource _asked = new(), _killed = new();
        readonly TaskCompletionSource<Ending> _gone = new();

        public string Kind => "recorder";
        public string Id => "1";
        public Task Asked => _asked.Task;
        public Task Killed => _killed.Task;
        public int TimesAsked { get; private set; }
        public Task<Ending> Gone => _gone.Task;

        public void Ask()
        {
            TimesAsked++;
            _asked.TrySetResult();
        }

        public void Kill()
        {
            _killed.TrySetResult();
            _gone.TrySetResult(Ending.ByItself with { Rung = Rung.Killed });
        }
    }

    sealed class Thrower : IStoppable
    {
        public string Kind => "browser";
        public string Id => "7";
        public Task<Ending> Gone { get; } = new TaskCompletionSource<Ending>().Task;
        public void Ask() => throw new InvalidOperationException();
        public void Kill() => throw new InvalidOperationException();
    }

    sealed class ManualClock : TimeProvider
    {
        long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
