using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Runs;

/// <summary>The items of loops that begin, and the pages of which all have begun.</summary>
static class PageRows
{
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<RunChange> changes)
    {
        var added = changes.SelectMany(change => change.NewPages, (change, page) => (change.After.Id, page)).ToList();
        if (added.Count > 0)
            yield return Pages.Command("Runs/insert_pages", added);
        var used = changes.SelectMany(change => change.UsedPages, (change, page) => (change.After.Id, page)).ToList();
        if (used.Count > 0)
            yield return Keys.Command("Runs/delete_pages", used);
    }

    static Columns<(Guid Run, LoopPage Page)> Pages { get; } = new Columns<(Guid Run, LoopPage Page)>()
        .Id(row => row.Run).Text(row => row.Page.Loop).Number(row => row.Page.First).Bytes(row => row.Page.Items.ToArray());

    static Columns<(Guid Run, LoopPage Page)> Keys { get; } = new Columns<(Guid Run, LoopPage Page)>()
        .Id(row => row.Run).Text(row => row.Page.Loop).Number(row => row.Page.First);
}
