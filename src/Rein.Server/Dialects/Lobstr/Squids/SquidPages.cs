using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Dialects.Lobstr.Crawlers;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>Squids as they are shown.</summary>
static class SquidPages
{
    static readonly JsonElement s_nothing = JsonElement.Parse("{}"u8);

    public static async Task<SquidDocument> Read(this IRunReader reader, Squid squid, CancellationToken cancel)
    {
        var (version, row) = (squid.Version, squid.Row);
        var last = await reader.List(new(version.Organization, 1) { Workflow = version.Name }, cancel) is [var newest] ? newest : null;
        var runs = await reader.Count(version.Organization, version.Name, null, cancel);
        return new()
        {
            Id = squid.Id,
            Name = squid.Name,
            CreatedAt = CreatedAt(version),
            IsActive = row.IsActive,
            IsReady = !squid.NeedsTasks || row.Tasks.Count > 0,
            Crawler = row.Kind is { } kind ? CrawlerList.IdOf(kind) : Ids.Of(row.Template ?? version.Id),
            CrawlerName = row.Kind ?? row.TemplateName ?? version.Name,
            Concurrency = row.Concurrency,
            Params = row.Params ?? s_nothing,
            LastRun = last is null ? null : Ids.Of(last.Run.Id),
            LastRunStatus = last is null ? null : Statuses.Of(last.Run, last.Export?.State).ToUpperInvariant(),
            LastRunAt = last?.Run.StartedAt ?? last?.Run.CreatedAt,
            LastRunDoneReason = last is null ? null : Statuses.ReasonOf(last.Run),
            TotalRuns = runs.Sum(count => count.Runs),
        };
    }

    /// <summary>A UUIDv7 begins with the milliseconds at which it was made.</summary>
    static DateTimeOffset CreatedAt(WorkflowVersion version)
    {
        Span<byte> id = stackalloc byte[16];
        version.Id.TryWriteBytes(id, bigEndian: true, out _);
        var millis = 0L;
        foreach (var part in id[..6])
            millis = (millis << 8) | part;
        return DateTimeOffset.FromUnixTimeMilliseconds(millis);
    }
}
