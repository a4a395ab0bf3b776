using Microsoft.Extensions.Logging;

namespace Rein.Server.Problems;

static partial class Log
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Error, Message = "A request failed ({Id}): {Method} {Path}")]
    public static partial void RequestFailed(this ILogger logger, Exception broken, Guid id, string method, string path);
}
