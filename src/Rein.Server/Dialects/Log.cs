using Microsoft.Extensions.Logging;

namespace Rein.Server.Dialects;

static partial class Log
{
    [LoggerMessage(4101, LogLevel.Warning, "Run {Run} is stopped, but could not be read back whole; it is answered with what the commit had at hand")]
    public static partial void NotReadBack(this ILogger logger, Exception broken, Guid run);
}
