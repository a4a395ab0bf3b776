using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;
using Rein.Storage.Sqlite.Runs;

namespace Rein.Storage.Sqlite.Reading;

sealed class SqliteRunReader(Readers readers, RunRow heads) : IRunReader
{
    public Task<RunView?> Find(Guid organization, Guid run, CancellationToken cancel) =>
        readers.Read(connection => ReadViews(connection, connection.Use("Reading/find").Bind(run).Bind(organization)).SingleOrDefault(), cancel);

    public Task<IReadOnlyList<RunView>> List(RunFilter filter, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<RunView>>(connection =>
        {
            using var query = ListQuery.Compose(connection, filter);
            return ReadViews(connection, query);
        }, cancel);

    public Task<IReadOnlyList<RunCount>> Count(Guid organization, string? workflow, DateTimeOffset? since, CancellationToken cancel) =>
        ReadAll(
            workflow is null ? "Reading/count" : "Reading/count_of_workflow",
            query => workflow is null ? query.Bind(organization).Bind(since) : query.Bind(organization).Bind(since).Bind(workflow),
            row => new RunCount((RunState)row.Int(), (Cause?)row.IntOrNull(), row.Long()), cancel);

    public async Task<UsageLook> Usage(UsageFilter filter, CancellationToken cancel)
    {
        var (first, from, until) = UsageRow.RangeOf(filter);
        return UsageRow.Look(await ReadAll(
            "Reading/usage",
            query => query.Bind(filter.Organization).Bind(from).Bind(until).Bind(filter.Since).Bind(first).Bind(filter.Now).Bind(filter.Most)
                .BindText(RowJson.Names([.. filter.Left.Select(run => run.ToString("N"))])),
            row => new UsageRow(row.Int(), row.Guid(), new(row.Duration(), row.Long())), cancel).ConfigureAwait(false));
    }

    public Task<IReadOnlyList<Step>> Steps(Guid run, string? after, int count, CancellationToken cancel) =>
        ReadAll("Reading/steps", query => query.Bind(run).Bind(after ?? "").Bind(count), row => StepRow.Read(row, withResult: true), cancel);

    public Task<IReadOnlyList<Step>> Steps(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        ReadAll("Reading/steps_of", query => query.Bind(run).BindText(RowJson.Names(steps)), row => StepRow.Read(row, withResult: true), cancel);

    public Task<ReadOnlyMemory<byte>> Input(Guid run, CancellationToken cancel) =>
        readers.Read<ReadOnlyMemory<byte>>(connection => connection.Use("Runs/find_input").Bind(run).ReadAll(row => row.Bytes().ToArray()).SingleOrDefault(), cancel);

    public Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> Checkpoints(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel) =>
        readers.Read<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>>(
            connection => connection.Use("Reading/checkpoints").Bind(run).BindText(RowJson.Names(steps))
                .ReadAll(row => (Step: row.Text(), Json: (ReadOnlyMemory<byte>)row.Bytes().ToArray())).ToDictionary(),
            cancel);

    public Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, CancellationToken cancel) =>
        ReadAll("Reading/attempts", query => query.Bind(run), ReadAttempt, cancel);

    public Task<IReadOnlyList<ArchivedAttempt>> OpenAttempts(Guid run, CancellationToken cancel) =>
        ReadAll("Reading/open_attempts", query => query.Bind(run), ReadAttempt, cancel);

    public Task<IReadOnlyList<ArchivedAttempt>> Attempts(Guid run, IReadOnlyCollection<(string Step, long Fence)> attempts, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<ArchivedAttempt>>(
            connection => [.. attempts.SelectMany(one => connection.Use("Reading/attempt").Bind(run).Bind(one.Step).Bind(one.Fence).ReadAll(ReadAttempt))], cancel);

    public Task<IReadOnlyList<AnsweredStop>> StopRequests(Guid run, CancellationToken cancel) =>
        ReadAll("Reading/stop_requests", query => query.Bind(run), row => JsonColumn.Request(row.Bytes()), cancel);

    public Task<IReadOnlyList<HashedEntry>> ReceiptEntries(Guid run, CancellationToken cancel) =>
        ReadAll("Reading/receipt_entries", query => query.Bind(run), ReadEntry, cancel);

    public Task<IReadOnlyList<EventRow>> Events(Guid run, long after, int count, CancellationToken cancel) =>
        ReadAll("Reading/events", query => query.Bind(run).Bind(after).Bind(count),
            row => new EventRow(row.Long(), row.Time(), JsonColumn.Lines(row.Bytes())), cancel);

    public Task<IReadOnlyList<Guid>> Children(Guid run, ChildFilter filter, int count, CancellationToken cancel) =>
        ReadAll(ChildrenQuery(filter),
            query => query.Bind(run).Bind(count), row => row.Guid(), cancel);

    public Task<IReadOnlyList<ItemRow>> Items(Guid run, ItemPosition after, int count, CancellationToken cancel) =>
        ReadAll("Reading/items", query => Bind(query, run, after).Bind(count), row => new ItemRow(ReadPosition(row), row.Bytes().ToArray()), cancel);

    public Task<IReadOnlyList<LogRow>> Logs(Guid run, ItemPosition after, int count, CancellationToken cancel) =>
        ReadAll("Reading/logs", query => Bind(query, run, after).Bind(count),
            row => new LogRow(ReadPosition(row), row.Time(), row.Bytes().ToArray()), cancel);

    Task<IReadOnlyList<T>> ReadAll<T>(string statement, Func<Statement, Statement> bind, Func<Statement, T> read, CancellationToken cancel) =>
        readers.Read<IReadOnlyList<T>>(connection => bind(connection.Use(statement)).ReadAll(read), cancel);

    List<RunView> ReadViews(Connection connection, Statement query)
    {
        var views = query.ReadAll(row => ReadView(connection, row));
        for (var i = 0; i < views.Count; i++)
            views[i] = views[i] with { Labels = ReadLabels(connection, views[i].Run.Id) };
        return views;
    }

    RunView ReadView(Connection connection, Statement row)
    {
        var run = heads.Read(connection, row);
        return new(run, ImmutableSortedDictionary<string, string>.Empty, row.Long(), ReadExport(run, row));
    }

    static ExportView? ReadExport(Run run, Statement row)
    {
        if (row.TimeOrNull() is not { } at)
            return ExportView.Of(run);
        return row.TextOrNull() is { } error
            ? new(ExportState.Failed, at) { Error = error }
            : new(ExportState.Done, at) { Manifest = new(row.Long(), row.Long(), row.Long(), row.Text()) };
    }

    static ImmutableSortedDictionary<string, string> ReadLabels(Connection connection, Guid run)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>();
        var row = connection.Use("Reading/labels").Bind(run);
        while (row.Read())
            labels.Add(row.Text(), row.Text());
        return labels.ToImmutable();
    }

    static ArchivedAttempt ReadAttempt(Statement row) => new(row.Text(), StepRow.ReadAttempt(row));

    static HashedEntry ReadEntry(Statement row)
    {
        var body = JsonColumn.Receipt(row.Bytes());
        return new(body.Number, body.Entry, [.. row.Bytes()], row.LongOrNull());
    }

    static Statement Bind(Statement query, Guid run, ItemPosition after) => query.Bind(run).Bind(after.Fence).Bind(after.Step).Bind(after.Seq);

    static ItemPosition ReadPosition(Statement row) => new(row.Long(), row.Text(), row.Long());

    static string ChildrenQuery(ChildFilter filter) => filter switch
    {
        ChildFilter.Unstopped => "Reading/unstopped_children",
        ChildFilter.Live => "Reading/live_children",
        _ => "Reading/tree_children",
    };
}
