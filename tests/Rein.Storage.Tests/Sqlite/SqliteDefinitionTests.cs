using Rein.Core.Definitions;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Sqlite;

public sealed class SqliteDefinitionTests : Contract.StoreContract<SqliteDatabase>
{
    [Fact]
    public async Task A_definition_that_was_deleted_is_not_relied_on_any_more()
    {
        await Driver.End(await Driver.StartAndClaim());
        var rule = new PruneRule(Driver.Organization, TimeSpan.FromMicroseconds(1), null, 10);
        Assert.Equal(1, (await Stores.Retention.Prune(rule, Guid.Empty, Cancel)).Pruned);
        Assert.Equal(1, await Stores.Retention.PruneDefinitions(10, Cancel));
        var again = await Driver.Start();
        await Restart();
        Assert.NotEqual(Definition.Lost, (await Driver.Load(again.Id)).Definition);
    }
}
