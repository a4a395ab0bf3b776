namespace Rein.Server.Upkeep;

static partial class Log
{
    [LoggerMessage(1101, LogLevel.Warning, "The store is away; sessions keep their leases")]
    public static partial void StoreIsAway(this ILogger logger, Exception broken);

    [LoggerMessage(1102, LogLevel.Warning, "Session {Session} of worker {Worker} was lost: its lease ran out")]
    public static partial void SessionLost(this ILogger logger, Guid session, string worker);

    [LoggerMessage(1103, LogLevel.Error, "{Loop} broke off; it begins again")]
    public static partial void LoopBroke(this ILogger logger, string loop, Exception broken);

    [LoggerMessage(1104, LogLevel.Error, "Step {Step} of run {Run} could not be lost with its session; it is left alone for a while")]
    public static partial void OrphanLeftOut(this ILogger logger, Guid run, string step, Exception poison);
}
