using Rein.Core.Runs;

namespace Rein.Server.Duties;

static partial class Log
{
    [LoggerMessage(1201, LogLevel.Error, "Duty {Duty} ({Kind}) of run {Run} failed; it is tried again")]
    public static partial void DutyFailed(this ILogger logger, long duty, DutyKind kind, Guid run, Exception failed);

    [LoggerMessage(1202, LogLevel.Warning, "Duty {Duty} ({Kind}) of run {Run} could not be put off; it comes again when its hold runs out")]
    public static partial void DutyKept(this ILogger logger, long duty, DutyKind kind, Guid run, Exception broken);

    [LoggerMessage(1203, LogLevel.Warning, "Run {Run} has more children than a cascade looks through; below those that have ended beyond {Count}, nobody was told")]
    public static partial void ChildrenPassedOver(this ILogger logger, Guid run, int count);

    [LoggerMessage(1204, LogLevel.Error, "The items of run {Run} could not be accounted for {Times} times; its export has failed until somebody asks for it again")]
    public static partial void ExportGivenUp(this ILogger logger, Guid run, int times, Exception failed);
}
