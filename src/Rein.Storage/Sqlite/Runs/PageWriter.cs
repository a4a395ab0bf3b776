using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Writes the items of loops that begin, and deletes what has begun.</summary>
sealed class PageWriter(Connection connection)
{
    public void Write(RunChange change)
    {
        foreach (var page in change.NewPages)
            connection.Use("Runs/insert_page").Bind(change.After.Id).Bind(page.Loop).Bind(page.First).BindText(page.Items).Run();
        foreach (var page in change.UsedPages)
            if (connection.Use("Runs/delete_page").Bind(change.After.Id).Bind(page.Loop).Bind(page.First).Run() != 1)
                throw new StoreException($"The items of the loop {page.Loop} of run {change.After.Id} are not as they were loaded.");
    }
}
