using Microsoft.Extensions.Logging;

namespace Rein.Worker.Hosting;

static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Worker {Worker} has opened session {Session}")]
    public static partial void SessionOpened(this ILogger log, string worker, Guid session);

    [LoggerMessage(2, LogLevel.Warning, "Worker {Worker} lost its session and opens another")]
    public static partial void SessionLost(this ILogger log, string worker, Exception broken);

    [LoggerMessage(3, LogLevel.Information, "Worker {Worker} has shut down and holds nothing more")]
    public static partial void HandedBack(this ILogger log, string worker);

    [LoggerMessage(5, LogLevel.Warning, "Another process of this machine is worker {Worker}: this one waits until it has ended. Two that are to work at once need a name each (Rein:Name)")]
    public static partial void WaitsForName(this ILogger log, string worker);

    [LoggerMessage(4, LogLevel.Error, "Worker {Worker}: the server refuses for good what was reported as {Report} of run {Run}")]
    public static partial void ReportRefused(this ILogger log, string worker, string report, Guid run, Exception refused);
}
