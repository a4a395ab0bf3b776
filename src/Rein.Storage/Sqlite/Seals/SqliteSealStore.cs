using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Seals;

sealed class SqliteSealStore(Writer writer, Readers readers) : ISealStore
{
    public Task<IReadOnlyList<Guid>> Owing(int count, CancellationToken cancel) =>
        readers.Read(connection => (IReadOnlyList<Guid>)connection.Use("Seals/owing").Bind(count).ReadAll(row => row.Guid()), cancel);

    public Task<LooseEnd> LooseEnd(Guid organization, int count, CancellationToken cancel) =>
        readers.Read(
            connection => new LooseEnd(
                connection.Use("Seals/last").Bind(organization).ReadFirst(ReadSeal),
                connection.Use("Seals/loose").Bind(organization).Bind(count).ReadAll(row => new LooseEntry(row.Guid(), row.Int(), row.Bytes().ToArray()))),
            cancel);

    public Task<bool> Append(Guid organization, IReadOnlyList<ChainLink> links, Seal seal, CancellationToken cancel) =>
        writer.Write((connection, _) =>
        {
            var isFirst = connection.Use("Seals/insert").Bind(organization).Bind(seal.Number).Bind(seal.Place).BindBlob(seal.Link.Span)
                .Bind(seal.At).Bind(seal.Key).BindBlob(seal.Signature.Span).Run() > 0;
            if (isFirst)
                foreach (var link in links)
                    if (connection.Use("Seals/chain_entry").Bind(link.Place).BindBlob(link.Link.Span).Bind(link.Run).Bind(link.Number).Run() != 1)
                        throw new StoreException($"Entry {link.Number} of the receipt of run {link.Run} has its place already.");
            return isFirst;
        }, cancel);

    public Task<IReadOnlyList<ChainedEntry>> Chain(Guid organization, long after, int count, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<ChainedEntry>)connection.Use("Seals/chain").Bind(organization).Bind(after).Bind(count).ReadAll(ReadEntry), cancel);

    public Task<IReadOnlyList<Seal>> Seals(Guid organization, long after, int count, CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<Seal>)connection.Use("Seals/seals").Bind(organization).Bind(after).Bind(count).ReadAll(ReadSeal), cancel);

    public Task Remember(SealKey key, CancellationToken cancel) =>
        writer.Write((connection, _) => connection.Use("Seals/remember").Bind(key.Id).BindBlob(key.PublicKey.Span).Bind(key.Since).Run(), cancel);

    public Task<IReadOnlyList<SealKey>> Keys(CancellationToken cancel) =>
        readers.Read(
            connection => (IReadOnlyList<SealKey>)connection.Use("Seals/keys").ReadAll(row => new SealKey(row.Text(), row.Bytes().ToArray(), row.Time())),
            cancel);

    static Seal ReadSeal(Statement row) => new(row.Long(), row.Long(), row.Bytes().ToArray(), row.Time(), row.Text(), row.Bytes().ToArray());

    static ChainedEntry ReadEntry(Statement row) =>
        new(row.Long(), row.Guid(), row.Int(), row.Bytes().ToArray(), row.Bytes().ToArray(), row.Bytes().ToArray());
}
