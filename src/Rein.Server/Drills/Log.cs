namespace Rein.Server.Drills;

static partial class Log
{
    [LoggerMessage(1501, LogLevel.Error, "The pool {Pool} has failed its stop drill (run {Run}) and is given no new work until one passes: {Why}")]
    public static partial void DrillFailed(this ILogger logger, string pool, Guid? run, string why);

    [LoggerMessage(1502, LogLevel.Warning, "The pool {Pool} has passed a stop drill (run {Run}) and is given work again")]
    public static partial void DrillPassed(this ILogger logger, string pool, Guid? run);

    [LoggerMessage(1503, LogLevel.Error, "A stop drill in the pool {Pool} could not be carried out; it is tried again")]
    public static partial void DrillBroke(this ILogger logger, string pool, Exception broken);
}
