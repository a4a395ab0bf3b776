using System.Collections.Immutable;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Idempotency keys of starts. They are kept for a day, and forgotten in passing.</summary>
sealed class StartKeys(Connection connection)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public IReadOnlyDictionary<StartKey, StartedBefore> Find(IReadOnlyCollection<StartKey> keys, DateTimeOffset agesNow)
    {
        var found = new Dictionary<StartKey, StartedBefore>();
        foreach (var key in keys)
        {
            var row = connection.Use("Runs/find_start").Bind(key.Organization).Bind(key.Key).Bind(agesNow - Kept);
            if (!row.Read())
                continue;
            found[key] = new([.. row.Bytes()], row.Guid());
            row.Reset();
        }
        return found;
    }

    public void Write(IReadOnlyList<(StartKey Key, StartedBefore Start)> used, DateTimeOffset now, DateTimeOffset agesNow)
    {
        foreach (var (key, start) in used)
        {
            var changed = connection.Use("Runs/insert_start_key")
                .Bind(key.Organization).Bind(key.Key).BindBlob(start.Digest.AsSpan()).Bind(start.Run).Bind(now).Bind(agesNow - Kept).Run();
            if (changed != 1)
                throw new StoreException($"The idempotency key of run {start.Run} was used before.");
        }
        if (used.Count > 0)
            connection.Use("Runs/forget_start_keys").Bind(agesNow - Kept).Run();
    }
}
