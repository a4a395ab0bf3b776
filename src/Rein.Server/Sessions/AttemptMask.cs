using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>
/// The server's own look at what the worker of one attempt says: a worker that masks leaves nothing to find. Log chunks are rows that are numbered and
/// acknowledged, so nothing is held back here: what may be the beginning of a secret at the end of a report is masked at once, and what the
/// next report goes on with as well.
/// </summary>
sealed class AttemptMask(SecretMask mask)
{
    /// <summary>Fewer bytes at the end of a report may be anything.</summary>
    const int Suspicious = 4;

    readonly Lock gate = new();
    (long FirstSeq, byte[] Before) current;
    (long FirstSeq, byte[] Before) next;

    public Report Without(Report report) => report switch
    {
        ItemsReport items => items with { Rows = [.. items.Rows.Select(mask.Json)] },
        LogsReport logs => logs with { Rows = Mask(logs) },
        ProgressReport progress => progress with { Note = progress.Note is { } note ? mask.Text(note) : null },
        CheckpointReport checkpoint => checkpoint with { Value = mask.Json(checkpoint.Value) },
        EndedReport ended => ended with
        {
            Result = ended.Result is { } result ? mask.Json(result) : default(ReadOnlyMemory<byte>?),
            Error = ended.Error is { } error ? mask.Text(error) : null,
            Proof = Mask(ended.Proof),
        },
        ReturnedReport returned => returned with { Proof = Mask(returned.Proof) },
        ProveReport prove => prove with { Proof = Mask(prove.Proof) },
        _ => report,
    };

    AttemptProof Mask(AttemptProof proof) => proof.Residuals.Count == 0
        ? proof
        : proof with { Residuals = [.. proof.Residuals.Select(left => new Residual(mask.Text(left.Kind), mask.Text(left.Id), mask.Text(left.Why)))] };

    List<ReadOnlyMemory<byte>> Mask(LogsReport logs)
    {
        lock (gate)
        {
            // The same report may be said again: then what stood before it is what stood before it the first time.
            var before = logs.FirstSeq == next.FirstSeq ? next.Before : logs.FirstSeq == current.FirstSeq ? current.Before ?? [] : [];
            byte[] all = [.. before, .. logs.Rows.SelectMany(row => row.ToArray())];
            current = (logs.FirstSeq, before);
            next = (logs.FirstSeq + logs.Rows.Count, all[^mask.OpenEnd(all)..]);
            return Cut(logs.Rows, before.Length, Hidden(all));
        }
    }

    IReadOnlyList<(int Start, int Length)> Hidden(byte[] all)
    {
        var found = mask.Matches(all);
        var open = mask.OpenEnd(all);
        return open < Suspicious ? found : [.. found.Where(one => one.Start + one.Length <= all.Length - open), (all.Length - open, open)];
    }

    static List<ReadOnlyMemory<byte>> Cut(IReadOnlyList<ReadOnlyMemory<byte>> rows, int from, IReadOnlyList<(int Start, int Length)> hidden)
    {
        var cut = new List<ReadOnlyMemory<byte>>(rows.Count);
        foreach (var row in rows)
        {
            var inside = hidden.Where(one => one.Start < from + row.Length && one.Start + one.Length > from).ToList();
            cut.Add(inside.Count == 0 ? row : Cut(row.Span, from, inside));
            from += row.Length;
        }
        return cut;
    }

    static byte[] Cut(ReadOnlySpan<byte> row, int from, List<(int Start, int Length)> inside)
    {
        var kept = new List<byte>(row.Length);
        var at = 0;
        foreach (var (start, length) in inside)
        {
            kept.AddRange(row[at..Math.Max(at, start - from)]);
            kept.AddRange("***"u8);
            at = Math.Min(row.Length, start + length - from);
        }
        kept.AddRange(row[at..]);
        return [.. kept];
    }
}
