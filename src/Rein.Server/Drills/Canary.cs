using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Live;

namespace Rein.Server.Drills;

/// <summary>
/// The small run of one drill: an ordinary run on the ordinary way, of a kind that does nothing until it is stopped. It goes before everybody who waits,
/// and ends by itself whatever becomes of whoever started it.
/// </summary>
sealed class Canary(DueDrill drill, RunCommands commands, IRunReader reader, RunFeed feed, TimeProvider time)
{
    /// <summary>The label that drills are found by; its value is the pool's name. No start may bear one of the server's own.</summary>
    public const string Label = Fields.OwnLabels + "drill";

    /// <summary>How long it waits for a place.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    const string Actor = "system:drill";
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    readonly string pool = PoolName.Say(drill.Key.Pool);

    public Guid Run { get; } = commands.NewRun();

    public async Task Start() => await commands.Start(
    [
        new(new StartRun
        {
            Run = Run,
            Organization = drill.Key.Organization,
            Definition = DefinitionFor(drill.Rule.Within),
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add(Label, pool),
            Actor = Actor,
            Pool = pool,
            Priority = 1000,
            QueueTtl = Patience,
            Deadline = Patience + drill.Rule.Within + Patience,
        }),
    ]);

    /// <summary>What is over in time leaves the rest of the ladder unused; what is not is killed when its time is up.</summary>
    static Definition DefinitionFor(TimeSpan grace)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["nodes"] = new Dictionary<string, object>
            {
                ["root"] = new { type = KindCatalog.Manual, children = new[] { KindCatalog.Drill } },
                [KindCatalog.Drill] = new { type = KindCatalog.Drill, payload = new { stop = new { graceSeconds = grace.TotalSeconds } } },
            },
        });
        return Definition.Parse(json, KindCatalog.Any).Value!;
    }

    /// <returns>As it is when somebody executes it; or otherwise, where no place came free in time, somebody else stops it, or it is over.</returns>
    public Task<Run?> UntilBegun(CancellationToken stop)
    {
        var began = time.GetTimestamp();
        return Until(run => run.ActiveAttempts > 0 || run.HasEnded || run.IsStopping, () => Patience + Look - time.GetElapsedTime(began), stop);
    }

    /// <summary>As its worker was handed it; null where nobody was.</summary>
    public async Task<Attempt?> Attempt(CancellationToken stop) => (await reader.Steps(Run, [KindCatalog.Drill], stop)).SingleOrDefault()?.Attempt;

    public Task Stop(bool force) => commands.Submit(
        drill.Key.Organization, new RequestStop(Run, StopOrigin.Policy, Actor, "a stop drill", drill.Rule.Within, FenceAt.End, force));

    /// <summary>
    /// Waits for the proof, and a little longer than it may take: whoever is late is measured as well as whoever is in time. The time of the worker begins when it is given the stop, and ends
    /// with its report: a server that is slow before and behind that is waited for.
    /// </summary>
    public Task<Run?> UntilProved(WatchedDrill watched, Func<bool> isReadHere, CancellationToken stop)
    {
        var asked = time.GetTimestamp();
        return Until(run => run is { HasEnded: true, Unproved: 0 }, Left, stop);

        TimeSpan Left() => IsUpToTheServer()
            ? drill.Rule.Within + Patience - time.GetElapsedTime(asked)
            : drill.Rule.Within + Look - (watched.SinceGiven ?? time.GetElapsedTime(asked));

        bool IsUpToTheServer() => watched.Proved <= drill.Rule.Within || (watched.SinceGiven is null && isReadHere());
    }

    async Task<Run?> Until(Func<Run, bool> isEnough, Func<TimeSpan> untilThen, CancellationToken stop)
    {
        using var watch = feed.Watch(Run);
        while (true)
        {
            var run = (await reader.Find(drill.Key.Organization, Run, stop))?.Run;
            var left = untilThen();
            if (run is null || isEnough(run) || left <= TimeSpan.Zero)
                return run;
            // What another node has committed is seen after this time though its signal was lost.
            await watch.Changed(left < Look ? left : Look, time, stop);
        }
    }
}
