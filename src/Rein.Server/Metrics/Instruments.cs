using System.Diagnostics.Metrics;
using Rein.Core.Stores;
using Rein.Server.Api.Views;
using Rein.Server.Commits;
using Rein.Server.Dispatch;

namespace Rein.Server.Metrics;

/// <summary>What a node measures of itself. <c>docs/metrics.md</c> lists the instruments, and a test compares it with these.</summary>
sealed class Instruments : IDisposable
{
    // The promised latencies (1, 8, 25, 30 and 60 ms) and the default grace are boundaries: what is promised can be read without a guess.
    static readonly InstrumentAdvice<double> Latencies = new()
    {
        HistogramBucketBoundaries = [.0005, .001, .002, .004, .008, .015, .025, .03, .06, .125, .25, .5, 1, 2.5, 5, 10, 15, 30, 60, 300, 3600],
    };

    static readonly InstrumentAdvice<double> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] };

    public Instruments(string name, CapacityBook capacity, IReadOnlyList<Lane> lanes)
    {
        Meter = new(name);
        Traces = new(name);
        StopLatency = Meter.CreateHistogram("rein.stop.latency", "s", "How long a stop took to reach a stage, by stage and origin.", null, Latencies);
        RunsStarted = Meter.CreateCounter<long>("rein.runs.started", null, "Runs that were committed, whether they execute or wait for room.");
        RunsEnded = Meter.CreateCounter<long>("rein.runs.ended", null, "Runs that ended, by state and cause.");
        Commits = Meter.CreateCounter<long>("rein.commits", null, "Transactions that were committed.");
        CommitSize = Meter.CreateHistogram("rein.commit.size", null, "How many commands, starts and appends one transaction took together.", null, Sizes);
        CommitLatency = Meter.CreateHistogram("rein.commit.latency", "s", "How long a transaction took, from its begin until it was durable.", null, Latencies);
        CommandsFailed = Meter.CreateCounter<long>("rein.commands.failed", null, "Commands that could not be committed, even alone. Each stands in the log with its id.");
        StartsBusy = Meter.CreateCounter<long>("rein.starts.busy", null, "Starts that were refused because too many waited.");
        DutiesDone = Meter.CreateCounter<long>("rein.duties.done", null, "Duties that were fulfilled, by kind.");
        ReceiptsSealed = Meter.CreateCounter<long>("rein.receipts.sealed", null, "Entries of receipts that this node has given their place and sealed.");
        DutiesFailed = Meter.CreateCounter<long>("rein.duties.failed", null, "Tries at a duty that failed, by kind.");
        DutiesGivenUp = Meter.CreateCounter<long>("rein.duties.given_up", null, "Duties that failed so often that they were given up, by kind.");
        Credits = Meter.CreateCounter<double>("rein.credits", null, "Credits that runs had used when they ended.");
        Pruned = Meter.CreateCounter<long>("rein.pruned", null, "What was pruned because it was kept long enough, by what: runs, their rows, definitions, receipts.");
        DrillLatency = Meter.CreateHistogram("rein.drill.latency", "s", "How long the stop of a stop drill took to reach a stage (heard, proved), by pool.", null, Latencies);
        Drills = Meter.CreateCounter<long>("rein.drills", null, "Stop drills, by pool and outcome: passed, failed, or skipped because nobody had a place for it.");
        Meter.CreateObservableGauge("rein.pools.unable", () => capacity.Gates.Unable, null, "Pools that have failed their last stop drill, and are given no new work.");
        Meter.CreateObservableGauge("rein.queue.depth", () => Waiting(lanes), null, "What waits to be committed, by urgency.");
        Meter.CreateObservableGauge("rein.sessions", () => capacity.Sessions.LongCount(), null, "Sessions whose worker is connected to this node.");
        Meter.CreateObservableGauge("rein.places", () => Places(capacity), null, "Places of those sessions, by state: free, taken, or lost to code that ignores its stop.");
    }

    public Meter Meter { get; }

    public RunTraces Traces { get; }

    public Histogram<double> StopLatency { get; }
    public Counter<long> RunsStarted { get; }
    public Counter<long> RunsEnded { get; }
    public Counter<long> Commits { get; }
    public Histogram<double> CommitSize { get; }
    public Histogram<double> CommitLatency { get; }
    public Counter<long> CommandsFailed { get; }
    public Counter<long> StartsBusy { get; }
    public Counter<long> DutiesDone { get; }
    public Counter<long> DutiesFailed { get; }
    public Counter<long> ReceiptsSealed { get; }
    public Counter<long> DutiesGivenUp { get; }
    public Counter<double> Credits { get; }
    public Counter<long> Pruned { get; }
    public Histogram<double> DrillLatency { get; }
    public Counter<long> Drills { get; }

    /// <param name="result">Null where it did not take place.</param>
    public void Drilled(string pool, DrillResult? result)
    {
        var label = new KeyValuePair<string, object?>("pool", pool);
        Drills.Add(1, label, new("outcome", result is null ? "skipped" : result.Why is null ? "passed" : "failed"));
        if (result?.Heard is { } heard)
            DrillLatency.Record(heard.TotalSeconds, label, new("stage", "heard"));
        if (result?.Proved is { } proved)
            DrillLatency.Record(proved.TotalSeconds, label, new("stage", "proved"));
    }

    static IEnumerable<Measurement<long>> Waiting(IReadOnlyList<Lane> lanes) =>
        Enum.GetValues<Urgency>().Select(urgency => Labelled(lanes.Sum(lane => lane.Waiting(urgency)), "urgency", Names.Of(urgency)));

    static IEnumerable<Measurement<long>> Places(CapacityBook capacity)
    {
        var sessions = capacity.Sessions.Select(session => (session.Capacity, session.Free, session.Lost)).ToList();
        yield return Labelled(sessions.Sum(places => places.Free), "state", "free");
        yield return Labelled(sessions.Sum(places => Math.Max(0, places.Capacity - places.Free - places.Lost)), "state", "taken");
        yield return Labelled(sessions.Sum(places => places.Lost), "state", "lost");
    }

    static Measurement<long> Labelled(long value, string label, string with) => new(value, new KeyValuePair<string, object?>(label, with));

    public void Dispose()
    {
        Meter.Dispose();
        Traces.Dispose();
    }
}
