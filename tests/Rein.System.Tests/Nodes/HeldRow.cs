using Npgsql;

namespace Rein.System.Tests.Nodes;

/// <summary>A row that a connection of its own holds, until it is let go.</summary>
sealed class HeldRow(string server) : IAsyncDisposable
{
    readonly NpgsqlConnection holder = new(server);
    NpgsqlTransaction? transaction;

    public async Task Take(string statement, Guid id)
    {
        await holder.OpenAsync();
        transaction = await holder.BeginTransactionAsync();
        await using var take = new NpgsqlCommand(statement, holder, transaction) { Parameters = { new() { Value = id } } };
        Assert.NotNull(await take.ExecuteScalarAsync());
    }

    /// <summary>Somebody stands before it.</summary>
    public async Task UntilWaitedFor(CancellationToken cancel)
    {
        await using var besides = NpgsqlDataSource.Create(server);
        while (true)
        {
            await using var look = besides.CreateCommand("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))");
            look.Parameters.Add(new() { Value = holder.ProcessID });
            if ((bool)(await look.ExecuteScalarAsync(cancel))!)
                return;
        }
    }

    public async Task LetGo() => await transaction!.RollbackAsync();

    public async ValueTask DisposeAsync() => await holder.DisposeAsync();
}
