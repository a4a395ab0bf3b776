using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.B3os;

/// <summary>What only the history of a run knows: who started it, and when a node began and ended that no worker has executed.</summary>
sealed record History(string? StartedBy, IReadOnlyDictionary<string, (DateTimeOffset? Began, DateTimeOffset? Ended)> Nodes)
{
    const int Page = 500;

    /// <summary>A history that is longer is read no further: then times are missing.</summary>
    const int Most = 10_000;

    static readonly Dictionary<string, (DateTimeOffset? Began, DateTimeOffset? Ended)> NoNodes = [];

    public static History Unknown { get; } = new(null, NoNodes);

    /// <summary>Only its beginning.</summary>
    public static async Task<string?> StarterOf(Guid run, IRunReader reader, CancellationToken cancel) =>
        Starter(await reader.Events(run, 0, 1, cancel));

    public static async Task<History> Of(Guid run, IReadOnlySet<string> nodes, IRunReader reader, CancellationToken cancel)
    {
        if (nodes.Count == 0)
            return Unknown;
        string? by = null;
        var times = new Dictionary<string, (DateTimeOffset? Began, DateTimeOffset? Ended)>(StringComparer.Ordinal);
        long after = 0;
        for (var read = 0; read < Most; read += Page)
        {
            var rows = await reader.Events(run, after, Page, cancel);
            by ??= Starter(rows);
            foreach (var row in rows)
                foreach (var line in row.Lines)
                    if (line.Step is { } step && nodes.Contains(step))
                        times[step] = Next(times.GetValueOrDefault(step), line.Kind, row.At);
            if (rows.Count < Page)
                break;
            after = rows[^1].Seq;
        }
        return new(by, times);
    }

    static string? Starter(IReadOnlyList<EventRow> rows) =>
        rows.Take(1).SelectMany(row => row.Lines).FirstOrDefault(line => line.Kind is RunEventKind.Created)?.Actor;

    static (DateTimeOffset? Began, DateTimeOffset? Ended) Next((DateTimeOffset? Began, DateTimeOffset? Ended) known, RunEventKind kind, DateTimeOffset at) =>
        (known.Began ?? at, kind is RunEventKind.StepEnded or RunEventKind.StepSkipped or RunEventKind.StepKept ? at : known.Ended);
}
