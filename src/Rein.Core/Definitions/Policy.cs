using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>What a failed step does to its run.</summary>
public enum OnFailure
{
    /// <summary>The run fails. The default.</summary>
    Fail,

    /// <summary>The children are enabled nevertheless (those on a branch of an <c>if</c> are skipped, for no branch was
    /// decided), and a run that gets to its end succeeds with the cause <c>partial</c>.</summary>
    Continue,

    /// <summary>The children on the branch <c>failed</c> are enabled, and they alone; where it succeeds, they are skipped. A run that gets to its end
    /// succeeds with the cause <c>partial</c>, as for <see cref="Continue"/>.</summary>
    Branch,
}

/// <summary>
/// What every kind takes. It stands in the payload, always as plain values, never as expressions:
/// <c>maxAttempts</c> (1 to 100, default 1), <c>backoff</c> (<see cref="Definitions.Backoff"/>), <c>timeoutSeconds</c> (0.001
/// to 604,800, which is 7 days; per attempt), <c>pool</c> (a name), <c>stop: { graceSeconds }</c> (0 to 3,600), <c>finally</c> (true or
/// false) and <c>onFailure</c> (<c>fail</c>, <c>continue</c> or <c>branch</c>).
/// </summary>
sealed record Policy(
    int MaxAttempts, Backoff Backoff, TimeSpan? Timeout, string? Pool, TimeSpan? StopGrace, OnFailure OnFailure, bool IsFinally)
{
    const double Day = 86_400;

    public static readonly string[] Names = ["maxAttempts", "backoff", "timeoutSeconds", "pool", "stop", "finally", "onFailure"];

    public static Policy Read(Fields payload) => new(
        payload.Whole("maxAttempts", 1, 100) ?? 1,
        ReadBackoff(payload.Inner("backoff")),
        Seconds(payload.Number("timeoutSeconds", 0.001, 7 * Day)),
        ReadPool(payload),
        ReadGrace(payload.Inner("stop")),
        payload.Choice("onFailure", "fail", "continue", "branch") switch { "continue" => OnFailure.Continue, "branch" => OnFailure.Branch, _ => OnFailure.Fail },
        payload.Flag("finally") ?? false);

    static Backoff ReadBackoff(Fields? backoff)
    {
        if (backoff is null) return Backoff.Default;
        backoff.RefuseOthers(["initialSeconds", "factor", "maxSeconds", "jitter"]);
        return new Backoff(
            Seconds(backoff.Number("initialSeconds", 0, Day)) ?? Backoff.Default.Initial,
            backoff.Number("factor", 1, 10) ?? Backoff.Default.Factor,
            Seconds(backoff.Number("maxSeconds", 0, Day)) ?? Backoff.Default.Max,
            backoff.Number("jitter", 0, 1) ?? Backoff.Default.Jitter);
    }

    static string? ReadPool(Fields payload)
    {
        var pool = payload.Text("pool");
        if (pool is null || PoolName.IsWellFormed(pool)) return pool;
        payload.Refuse("pool", PoolName.Rule);
        return null;
    }

    static TimeSpan? ReadGrace(Fields? stop)
    {
        stop?.RefuseOthers(["graceSeconds"]);
        return Seconds(stop?.Number("graceSeconds", 0, 3600));
    }

    static TimeSpan? Seconds(double? seconds) => seconds is { } s ? TimeSpan.FromSeconds(s) : null;
}
