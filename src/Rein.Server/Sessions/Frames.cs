using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>Core's effects in the protocol's dress.</summary>
static class Frames
{
    static readonly string[] Origins = [.. Enum.GetNames<StopOrigin>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static AssignFrame Of(Assign assign, Run run)
    {
        var node = run.Definition.NodeOf(assign.Step);
        var (timeout, grace) = Within(CleanUpLeft(assign, run), node.Timeout, node.StopGrace ?? Rules.DefaultGrace);
        return new()
        {
            Attempt = new(assign.Run, assign.Step, assign.Attempt.Fence),
            Try = assign.Attempt.Try,
            Kind = node.Kind,
            Payload = assign.Payload,
            Secrets = assign.Secrets,
            TimeoutMs = timeout?.TotalMilliseconds,
            DeadlineMs = DeadlineLeft(assign, run)?.TotalMilliseconds,
            Checkpoint = assign.Checkpoint,
            GraceMs = grace.TotalMilliseconds,
        };
    }

    public static StopFrame Of(SendStop stop) =>
        new(new(stop.Run, stop.Step, stop.Attempt.Fence), stop.KillIn.TotalMilliseconds, Origins[(int)stop.Origin], stop.Reason);

    /// <summary>What the rows say; the wish may have been committed by any node.</summary>
    public static StopFrame Of(OutstandingStop stop) =>
        new(new(stop.Attempt.Run, stop.Attempt.Step, stop.Attempt.Fence), stop.KillIn.TotalMilliseconds,
            Origins[(int)(stop.Wish?.Origin ?? StopOrigin.Policy)], stop.Wish?.Reason ?? "");

    /// <summary>A wish takes the place of the deadline: then there is none.</summary>
    static TimeSpan? DeadlineLeft(Assign assign, Run run) =>
        run is { DeadlineAt: { } deadline, Stop: null } && deadline > assign.Attempt.AssignedAt ? deadline - assign.Attempt.AssignedAt : null;

    /// <summary>What a clean-up has left for this step, so that its proof can arrive before the server closes it; null outside of a clean-up.</summary>
    static TimeSpan? CleanUpLeft(Assign assign, Run run)
    {
        if (run.CleanUpEndsAt is not { } end)
            return null;
        var left = end - assign.Attempt.AssignedAt - run.Rules.ProofWindow;
        return left > TimeSpan.FromMilliseconds(2) ? left : TimeSpan.FromMilliseconds(2);
    }

    /// <summary>Timeout and grace, together no longer than what is left.</summary>
    static (TimeSpan? Timeout, TimeSpan Grace) Within(TimeSpan? left, TimeSpan? timeout, TimeSpan grace)
    {
        if (left is not { } whole)
            return (timeout, grace);
        grace = grace < whole / 2 ? grace : whole / 2;
        return (timeout < whole - grace ? timeout : whole - grace, grace);
    }
}
