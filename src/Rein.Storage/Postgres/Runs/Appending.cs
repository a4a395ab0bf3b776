using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>
/// Appends items, logs and marks under the lock of their run, like everything that concerns its steps: none can commit after its fence, and the
/// count that a decision freezes is final.
/// </summary>
sealed class Appending(NpgsqlConnection connection, IReadOnlyList<Append> entries, DateTimeOffset now, long logCap)
{
    readonly List<Row> rows = [];
    readonly Dictionary<(Guid Run, AppendKind Kind, string Step), Append> marks = [];

    public async Task<IReadOnlyList<Appended>> Run(CancellationToken cancel)
    {
        var attempts = await Find(cancel).ConfigureAwait(false);
        var appended = entries.Select(entry => Take(entry, attempts.GetValueOrDefault((entry.Run, entry.Step, entry.Fence)))).ToList();
        if (marks.Count > 0 || attempts.Values.Any(attempt => attempt.HasGrown))
            await Write([.. attempts.Values.Where(attempt => attempt.HasGrown)], cancel).ConfigureAwait(false);
        return appended;
    }

    async Task<Dictionary<(Guid, string, long), Attempt>> Find(CancellationToken cancel)
    {
        var keys = entries.Select(entry => (entry.Run, entry.Step, entry.Fence)).Distinct().ToList();
        if (keys.Count == 0)
            return [];
        var found = await connection.Query("Runs/find_attempts", ReadAttempt, cancel, [.. Keys.Args(keys)]).ConfigureAwait(false);
        return found.ToDictionary(attempt => (attempt.Run, attempt.Step, attempt.Fence));
    }

    Appended Take(Append entry, Attempt? attempt)
    {
        if (attempt is null)
            return new(0, IsFenced: true);
        var have = entry.Kind switch { AppendKind.Item => attempt.Items, AppendKind.Log => attempt.Logs, _ => 0 };
        if (!attempt.IsOpen)
            return new(have, IsFenced: true);
        if (entry.Kind.IsMark)
            return Mark(entry);
        var plan = AppendPlan.For(entry, have, attempt.Bytes, logCap);
        if (!plan.IsEmpty)
            Take(entry, attempt, plan);
        return new(plan.HaveUpTo, IsFenced: false);
    }

    /// <summary>The last of them all: one statement cannot write the same row twice.</summary>
    Appended Mark(Append entry)
    {
        var key = (entry.Run, entry.Kind, entry.Step);
        if (!marks.TryGetValue(key, out var other) || entry.FirstSeq > other.FirstSeq)
            marks[key] = entry;
        return new(entry.FirstSeq, IsFenced: false);
    }

    void Take(Append entry, Attempt attempt, AppendPlan plan)
    {
        for (var i = 0; i < plan.Rows.Length; i++)
            rows.Add(new(entry, plan.FirstSeq + i, plan.Rows[i]));
        attempt.Items = entry.Kind is AppendKind.Item ? plan.HaveUpTo : attempt.Items;
        attempt.Logs = entry.Kind is AppendKind.Log ? plan.HaveUpTo : attempt.Logs;
        attempt.Bytes = plan.Bytes;
        attempt.HasGrown = true;
    }

    async Task Write(List<Attempt> grown, CancellationToken cancel)
    {
        try
        {
            using var batch = new NpgsqlBatch(connection);
            if (grown.Count > 0)
                batch.BatchCommands.Add(Grown.Command("Runs/append_under_fence", grown));
            if (marks.Count > 0)
                batch.BatchCommands.Add(Marks.Command("Runs/mark_under_fence", [.. marks.Values.Select(mark => (mark, now))]));
            var items = rows.FindAll(row => row.Entry.Kind is AppendKind.Item);
            if (items.Count > 0)
                batch.BatchCommands.Add(Items.Command("Runs/insert_items", items));
            var logs = rows.FindAll(row => row.Entry.Kind is AppendKind.Log).ConvertAll(row => (row, now));
            if (logs.Count > 0)
                batch.BatchCommands.Add(Logs.Command("Runs/insert_logs", logs));
            await batch.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (Faults.Of(exception) is { } fault)
        {
            throw fault;
        }
    }

    static Attempt ReadAttempt(Cells cells) => new(cells.Id(), cells.Text(), cells.Long(), cells.Flag())
    {
        Items = cells.Long(),
        Logs = cells.Long(),
        Bytes = cells.Long(),
    };

    /// <summary>How far an attempt has got; moved by one <see cref="Appending"/>, entry by entry.</summary>
    sealed class Attempt(Guid run, string step, long fence, bool isOpen)
    {
        public Guid Run => run;
        public string Step => step;
        public long Fence => fence;
        public bool IsOpen => isOpen;
        public long Items { get; set; }
        public long Logs { get; set; }
        public long Bytes { get; set; }
        public bool HasGrown { get; set; }
    }

    sealed record Row(Append Entry, long Seq, ReadOnlyMemory<byte> Content);

    static Columns<(Guid Run, string Step, long Fence)> Keys { get; } = new Columns<(Guid Run, string Step, long Fence)>()
        .Id(key => key.Run).Text(key => key.Step).Long(key => key.Fence);

    static Columns<Attempt> Grown { get; } = new Columns<Attempt>()
        .Id(row => row.Run).Text(row => row.Step).Long(row => row.Fence).Long(row => row.Items).Long(row => row.Logs).Long(row => row.Bytes);

    static Columns<Row> Items { get; } = new Columns<Row>()
        .Id(row => row.Entry.Run).Long(row => row.Entry.Fence).Text(row => row.Entry.Step).Long(row => row.Seq).Bytes(row => row.Content.ToArray());

    static Columns<(Append Mark, DateTimeOffset At)> Marks { get; } = new Columns<(Append Mark, DateTimeOffset At)>()
        .Id(row => row.Mark.Run).Number(row => (int)row.Mark.Kind).Text(row => row.Mark.Step).Long(row => row.Mark.Fence).Long(row => row.Mark.FirstSeq)
        .Long(row => row.At.ToMicros()).Bytes(row => row.Mark.Rows[^1].ToArray());

    static Columns<(Row Row, DateTimeOffset At)> Logs { get; } = new Columns<(Row Row, DateTimeOffset At)>()
        .Id(log => log.Row.Entry.Run).Long(log => log.Row.Entry.Fence).Text(log => log.Row.Entry.Step).Long(log => log.Row.Seq)
        .Long(log => log.At.ToMicros()).Bytes(log => log.Row.Content.ToArray());
}
