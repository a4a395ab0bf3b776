using Rein.Core.Stores;
using Rein.Server.Access;

namespace Rein.Cli.Up;

static class FirstKey
{
    /// <summary>Puts the key of a new installation where the commands of this machine find it.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public static async Task<string?> Ensure(IKeyStore keys, DataFolder folder, TimeProvider time, CancellationToken cancel)
    {
        if (await KeyRing.CreateFirst(keys, time, cancel) is { } key)
        {
            folder.WriteKey(key);
            return null;
        }
        return folder.Key() is null
            ? $"There is no {folder.KeyFile}, and its key cannot be read from the database: copy the file from the node that made it, or set REIN_KEY."
            : null;
    }
}
