using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Runs;

/// <summary>The account of changes: event rows, the requests they answered, receipts, and the effects that must not be lost.</summary>
/// <param name="entries">How many receipt entries there are already, for the runs that had ended before.</param>
sealed class AccountRows(IReadOnlyDictionary<Guid, int> entries)
{
    public IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<RunChange> changes)
    {
        return Commands(Events, "Runs/insert_events", changes.Where(change => !change.Change.Events.IsEmpty))
            .Concat(Commands(Requests, "Runs/insert_stop_requests", changes.SelectMany(change => change.Change.Requests, (change, request) => (change.After, request))))
            .Concat(Commands(Receipts, "Runs/insert_receipt_entries", changes.SelectMany(Entries)))
            .Concat(Commands(Lines, "Runs/insert_lines", changes.SelectMany(LinesOf)))
            .Concat(Commands(Duties, "Runs/insert_duties", changes.SelectMany(change => change.Duties, (change, duty) => (change.After, duty.Kind))));
    }

    /// <summary>By which the row of this very change is found again.</summary>
    public static IEnumerable<NpgsqlParameter> Event(RunChange change) => Events.Args([change]);

    static IEnumerable<NpgsqlBatchCommand> Commands<T>(Columns<T> columns, string sql, IEnumerable<T> rows)
    {
        var all = rows.ToList();
        if (all.Count > 0)
            yield return columns.Command(sql, all);
    }

    IEnumerable<Receipt> Entries(RunChange change) => change.Change.Effects.OfType<ReceiptEntry>().Select((entry, i) =>
    {
        var number = entries.GetValueOrDefault(change.After.Id) + i + 1;
        var body = JsonSerializer.SerializeToUtf8Bytes(new ReceiptBody(change.After.Id, number, entry), RowJson.Default.ReceiptBody);
        return new Receipt(change.After, number, entry.Kind, body);
    });

    static IEnumerable<(Run Run, WriteLog Line, long Ordinal)> LinesOf(RunChange change) =>
        change.Change.Effects.OfType<WriteLog>().Select((line, i) => (change.After, line, i + 1L));

    sealed record Receipt(Run Run, int Number, ReceiptEntryKind Kind, byte[] Body);

    static Columns<RunChange> Events { get; } = new Columns<RunChange>()
        .Id(change => change.After.Id).Long(change => change.After.Revision).Long(change => change.After.ChangedAt.ToMicros())
        .Bytes(change => JsonSerializer.SerializeToUtf8Bytes(change.Change.Events, RowJson.Default.ImmutableArrayRunEvent));

    static Columns<(Run Run, AnsweredStop Request)> Requests { get; } = new Columns<(Run Run, AnsweredStop Request)>()
        .Id(row => row.Run.Id).Number(row => row.Request.Number)
        .Bytes(row => JsonSerializer.SerializeToUtf8Bytes(row.Request, RowJson.Default.AnsweredStop));

    static Columns<Receipt> Receipts { get; } = new Columns<Receipt>()
        .Id(row => row.Run.Id).Number(row => row.Number).Id(row => row.Run.Organization).Number(row => (int)row.Kind)
        .Bytes(row => row.Body).Bytes(row => SHA256.HashData(row.Body));

    static Columns<(Run Run, WriteLog Line, long Ordinal)> Lines { get; } = new Columns<(Run Run, WriteLog Line, long Ordinal)>()
        .Id(row => row.Run.Id).Text(row => row.Line.Step).Long(row => row.Ordinal).Long(row => row.Run.ChangedAt.ToMicros())
        .Bytes(row => Encoding.UTF8.GetBytes(row.Line.Line));

    static Columns<(Run Run, DutyKind Kind)> Duties { get; } = new Columns<(Run Run, DutyKind Kind)>()
        .Number(row => (int)row.Kind).Id(row => row.Run.Id).Id(row => row.Run.Organization).Long(row => row.Run.ChangedAt.ToMicros());
}
