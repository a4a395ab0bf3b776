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
}
