namespace Rein.Server.Commits;

static partial class Log
{
    [LoggerMessage(1001, LogLevel.Warning, "The store did not take a commit")]
    public static partial void StoreIsAway(ILogger log, Exception broken);

    [LoggerMessage(1009, LogLevel.Debug, "A commit has met another, and is tried again: {Why}")]
    public static partial void Contended(ILogger log, string why);

    [LoggerMessage(1006, LogLevel.Information, "The store takes commits again")]
    public static partial void StoreIsBack(ILogger log);

    [LoggerMessage(1007, LogLevel.Warning, "{Count} commands could not be committed ({Id}): {Why}")]
    public static partial void NotCommitted(ILogger log, Guid id, int count, string why);

    [LoggerMessage(1002, LogLevel.Error, "A command failed alone: {Id}, {Work}, run {Run}")]
    public static partial void CommandFailed(ILogger log, Guid id, string work, Guid? run, Exception poison);

    [LoggerMessage(1003, LogLevel.Error, "A commit is durable, but what follows it broke")]
    public static partial void AfterCommit(ILogger log, Exception broken);

    [LoggerMessage(1004, LogLevel.Error, "The step {Step} of run {Run} cannot be claimed: the run is damaged, and left out for a while")]
    public static partial void ClaimFailed(ILogger log, Guid run, string step, Exception damaged);

    [LoggerMessage(1008, LogLevel.Error, "The run {Run} cannot be admitted: it is damaged, and left out for a while")]
    public static partial void AdmitFailed(ILogger log, Guid run, Exception? damaged);

    [LoggerMessage(1005, LogLevel.Error, "A lane broke off a batch; whoever was in it has been told, and the next one begins")]
    public static partial void LaneBroke(ILogger log, Exception broken);
}
