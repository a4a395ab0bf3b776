namespace Rein.Steps.Tests.Host;

/// <summary>A clock that the test moves. Its timers fire in the test's own call.</summary>
sealed class HandTime : TimeProvider
{
    readonly Lock gate = new();
    readonly List<HandTimer> timers = [];
    readonly Dictionary<TimeSpan, TaskCompletionSource> begun = [];
    TimeSpan passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (gate)
            return passed.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>What timers wait for now, from the earliest.</summary>
    public IReadOnlyList<TimeSpan> Due
    {
        get
        {
            lock (gate)
                return [.. timers.Select(timer => timer.At - passed).Order()];
        }
    }

    /// <summary>Completes when somebody has begun to wait for so long.</summary>
    public Task Begun(TimeSpan wait)
    {
        lock (gate)
            return Begun_NeedsLock(wait).Task;
    }

    TaskCompletionSource Begun_NeedsLock(TimeSpan wait) =>
        begun.TryGetValue(wait, out var known) ? known : begun[wait] = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Pass(TimeSpan time)
    {
        List<HandTimer> due;
        lock (gate)
        {
            passed += time;
            due = [.. timers.Where(timer => timer.At <= passed)];
            timers.RemoveAll(due.Contains);
        }
        foreach (var timer in due)
            timer.Fire();
    }

    sealed class HandTimer(HandTime time, Action fire) : ITimer
    {
        public TimeSpan At { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                At = time.passed + dueTime;
                time.timers.Add(this);
                time.Begun_NeedsLock(dueTime).TrySetResult();
            }
            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
