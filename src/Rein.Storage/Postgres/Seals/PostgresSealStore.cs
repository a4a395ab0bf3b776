using Npgsql;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;
using Rein.Storage.Rows;

namespace Rein.Storage.Postgres.Seals;

sealed class PostgresSealStore(Database database) : ISealStore
{
    public async Task<IReadOnlyList<Guid>> Owing(int count, CancellationToken cancel) =>
        await database.Read("Seals/owing", cells => cells.Id(), cancel, Arg.Of((long)count)).ConfigureAwait(false);

    /// <summary>The end first: who chains entries in between takes the number of the seal that would follow on it.</summary>
    public async Task<LooseEnd> LooseEnd(Guid organization, int count, CancellationToken cancel)
    {
        var last = await database.Read("Seals/last", ReadSeal, cancel, Arg.Of(organization)).ConfigureAwait(false);
        var entries = await database.Read(
            "Seals/loose", cells => new LooseEntry(cells.Id(), cells.Number(), cells.Bytes()), cancel, Arg.Of(organization), Arg.Of((long)count)).ConfigureAwait(false);
        return new(last.FirstOrDefault(), entries);
    }

    public async Task<bool> Append(Guid organization, IReadOnlyList<ChainLink> links, Seal seal, CancellationToken cancel)
    {
        var connection = await database.OpenReader(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    if (!await Insert(connection, organization, seal, cancel).ConfigureAwait(false))
                        return false;
                    await connection.Query("Seals/chain_entries", cells => cells.Number(), cancel, [.. Links.Args(links)]).ConfigureAwait(false);
                    await transaction.CommitAsync(cancel).ConfigureAwait(false);
                    return true;
                }
            }
            catch (Exception exception) when (Faults.Of(exception) is { } fault)
            {
                throw fault;
            }
        }
    }

    static async Task<bool> Insert(NpgsqlConnection connection, Guid organization, Seal seal, CancellationToken cancel) =>
        await connection.Execute(
            "Seals/insert", cancel,
            Arg.Of(organization), Arg.Of(seal.Number), Arg.Of(seal.Place), Arg.Of(seal.Link.ToArray()), Arg.Of(seal.At.ToMicros()), Arg.Of(seal.Key),
            Arg.Of(seal.Signature.ToArray())).ConfigureAwait(false) > 0;

    public async Task<IReadOnlyList<ChainedEntry>> Chain(Guid organization, long after, int count, CancellationToken cancel) =>
        await database.Read("Seals/chain", ReadEntry, cancel, Arg.Of(organization), Arg.Of(after), Arg.Of((long)count)).ConfigureAwait(false);

    public async Task<IReadOnlyList<Seal>> Seals(Guid organization, long after, int count, CancellationToken cancel) =>
        await database.Read("Seals/seals", ReadSeal, cancel, Arg.Of(organization), Arg.Of(after), Arg.Of((long)count)).ConfigureAwait(false);

    public Task Remember(SealKey key, CancellationToken cancel) =>
        database.Execute("Seals/remember", cancel, Arg.Of(key.Id), Arg.Of(key.PublicKey.ToArray()), Arg.Of(key.Since.ToMicros()));

    public async Task<IReadOnlyList<SealKey>> Keys(CancellationToken cancel) =>
        await database.Read("Seals/keys", cells => new SealKey(cells.Text(), cells.Bytes(), cells.Time()), cancel).ConfigureAwait(false);

    static Columns<ChainLink> Links { get; } = new Columns<ChainLink>()
        .Id(link => link.Run).Number(link => link.Number).Long(link => link.Place).Bytes(link => link.Link.ToArray());

    static Seal ReadSeal(Cells cells) => new(cells.Long(), cells.Long(), cells.Bytes(), cells.Time(), cells.Text(), cells.Bytes());

    static ChainedEntry ReadEntry(Cells cells) => new(cells.Long(), cells.Id(), cells.Number(), cells.Bytes(), cells.Bytes(), cells.Bytes());
}
