using System.Collections.Immutable;
using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Postgres.Runs;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Reading;

sealed class PostgresRunReader(Database database) : IRunReader
{
    public async Task<RunView?> Find(Guid organization, Guid run, CancellationToken cancel) =>
        (await ReadViews(Sql.Of("Reading/find"), cancel, Arg.Of(run), Arg.Of(organization)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyList<RunView>> List(RunFilter filter, CancellationToken cancel)
    {
        var query = new ListQuery(filter);
        return await ReadViews(query.Text, cancel, query.Args).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<RunCount>> Count(Guid organization, string? workflow, DateTimeOffset? since, CancellationToken cancel) =>
        workflow is null
            ? await database.Read("Reading/count", Count, cancel, Arg.Of(organization), Arg.Of(since?.ToMicros())).ConfigureAwait(false)
            : await database.Read("Reading/count_of_workflow", Count, cancel, Arg.Of(organization), Arg.Of(since?.ToMicros()), Arg.Of(workflow)).ConfigureAwait(false);

    static RunCount Count(Cells cells) => new((RunState)cells.Number(), (Cause?)cells.NumberOrNull(), cells.Long());

    public async Task<UsageLook> Usage(UsageFilter filter, CancellationToken cancel)
    {
        var (first, from, until) = UsageRow.RangeOf(filter);
        return UsageRow.Look(await database.Read(
            "Reading/usage", cells => new UsageRow(cells.Number(), cells.Id(), new(Micros.ToDuration(cells.Long()), cells.Long())), cancel,
            Arg.Of(filter.Organization), Arg.Of(from), Arg.Of(until), Arg.Of(filter.Since.ToMicros()), Arg.Of(first), Arg.Of(filter.Now.ToMicros()), Arg.Of((long)filter.Most),
            Arg.Of(filter.Left.ToArray())).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<Step>> Steps(Guid run, string? after, int count, CancellationToken cancel) =>
        await database.Read("Reading/steps", cells => Runs.Steps.Read(cells).Step, cancel, Arg.Of(run), Arg.Of(after ?? ""), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<Step>> Steps(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        await database.Read("Reading/steps_of", cells => Runs.Steps.Read(cells).Step, cancel, Arg.Of(run), Arg.Of(steps)).ConfigureAwait(false);

    public async Task<ReadOnlyMemory<byte>> Input(Guid run, CancellationToken cancel) =>
        (await database.Read("Reading/input", cells => cells.Bytes(), cancel, Arg.Of(run)).ConfigureAwait(false)).SingleOrDefault();

    public async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Checkpoints(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        (await database.Read("Reading/checkpoints", cells => (Step: cells.Text(), Json: (ReadOnlyMemory<byte>)cells.Bytes()), cancel, Arg.Of(run), Arg.Of(steps)).ConfigureAwait(false))
            .ToDictionary();

    public async Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, CancellationToken cancel) =>
        await database.Read("Reading/attempts", ReadAttempt, cancel, Arg.Of(run)).ConfigureAwait(false);

    public async Task<IReadOnlyList<ArchivedAttempt>> OpenAttempts(Guid run, CancellationToken cancel) =>
        await database.Read("Reading/open_attempts", ReadAttempt, cancel, Arg.Of(run)).ConfigureAwait(false);

    public async Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, IReadOnlyCollection<(string Step, long Fence)> attempts, CancellationToken cancel) =>
        await database.Read(
            "Reading/attempts_of", ReadAttempt, cancel,
            Arg.Of(run), Arg.Of(attempts.Select(one => one.Step)), Arg.Of([.. attempts.Select(one => one.Fence)])).ConfigureAwait(false);

    public async Task<IReadOnlyList<AnsweredStop>> StopRequests(Guid run, CancellationToken cancel) =>
        await database.Read("Reading/stop_requests", cells => JsonColumn.Request(cells.Bytes()), cancel, Arg.Of(run)).ConfigureAwait(false);

    public async Task<IReadOnlyList<HashedEntry>> ReceiptEntries(Guid run, CancellationToken cancel) =>
        await database.Read("Reading/receipt_entries", ReadEntry, cancel, Arg.Of(run)).ConfigureAwait(false);

    public async Task<IReadOnlyList<EventRow>> Events(Guid run, long after, int count, CancellationToken cancel) =>
        await database.Read(
            "Reading/events", cells => new EventRow(cells.Long(), cells.Time(), JsonColumn.Lines(cells.Bytes())), cancel,
            Arg.Of(run), Arg.Of(after), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<Guid>> Children(Guid run, ChildFilter filter, int count, CancellationToken cancel) =>
        await database.Read(
            ChildrenQuery(filter), cells => cells.Id(), cancel,
            Arg.Of(run), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<ItemRow>> Items(Guid run, ItemPosition after, int count, CancellationToken cancel) =>
        await database.Read("Reading/items", cells => new ItemRow(ReadPosition(cells), cells.Bytes()), cancel, Position(run, after, count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<LogRow>> Logs(Guid run, ItemPosition after, int count, CancellationToken cancel) =>
        await database.Read("Reading/logs", cells => new LogRow(ReadPosition(cells), cells.Time(), cells.Bytes()), cancel, Position(run, after, count)).ConfigureAwait(false);

    async Task<List<RunView>> ReadViews(string text, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        try
        {
            return await ReadViewsOnce(text, cancel, args).ConfigureAwait(false);
        }
        catch (StoreException lost) when (lost.IsTransient)
        {
            database.ForgetIdleReaders();
            return await ReadViewsOnce(text, cancel, [.. args.Select(arg => arg.Clone())]).ConfigureAwait(false);
        }
    }

    async Task<List<RunView>> ReadViewsOnce(string text, CancellationToken cancel, params NpgsqlParameter[] args)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var rows = await connection.QueryText(text, ReadView, cancel, args).ConfigureAwait(false);
            var runs = await connection.Complete(database, rows.ConvertAll(row => row.Head), cancel).ConfigureAwait(false);
            return [.. rows.Select((row, i) => row.View(runs[i]))];
        }
    }

    ((Run, DefinitionHash) Head, Func<Run, RunView> View) ReadView(Cells cells)
    {
        var head = Heads.Read(cells, database);
        var labels = cells.Texts().Zip(cells.Texts()).ToImmutableSortedDictionary(label => label.First, label => label.Second);
        var (itemsSoFar, export) = (cells.Long(), ReadExport(head.Run, cells));
        return (head, run => new RunView(run, labels, itemsSoFar, export));
    }

    static ExportView? ReadExport(Run run, Cells cells)
    {
        if (cells.TimeOrNull() is not { } at)
            return ExportView.Of(run);
        return cells.TextOrNull() is { } error
            ? new(ExportState.Failed, at) { Error = error }
            : new(ExportState.Done, at) { Manifest = new(cells.Long(), cells.Long(), cells.Long(), cells.Text()) };
    }

    static ArchivedAttempt ReadAttempt(Cells cells) => new(cells.Text(), Runs.Steps.ReadArchived(cells));

    static HashedEntry ReadEntry(Cells cells)
    {
        var body = JsonColumn.Receipt(cells.Bytes());
        return new(body.Number, body.Entry, [.. cells.Bytes()], cells.LongOrNull());
    }

    static NpgsqlParameter[] Position(Guid run, ItemPosition after, int count) =>
        [Arg.Of(run), Arg.Of(after.Fence), Arg.Of(after.Step), Arg.Of(after.Seq), Arg.Of((long)count)];

    static ItemPosition ReadPosition(Cells cells) => new(cells.Long(), cells.Text(), cells.Long());

    static string ChildrenQuery(ChildFilter filter) => filter switch
    {
        ChildFilter.Unstopped => "Reading/unstopped_children",
        ChildFilter.Live => "Reading/live_children",
        _ => "Reading/tree_children",
    };
}
