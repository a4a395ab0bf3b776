using Rein.Core.Stores;
using Rein.Server.Access;

namespace Rein.Cli.Up;

static class FirstKey
{
    /// <summary>Puts the key of a new installation where the commands of this machine find it.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public static async Task<string?> Ensure(IKeyStore keys, DataFolder folder, TimeProvider time, CancellationToken cancel)
    {
        if (await keys.FindOrganization(KeyRing.DefaultOrganization, cancel) is null)
            await Found(keys, folder, time, cancel);
        // A file that is gone is not made anew: whoever took it away may have meant it, and another node's key is that node's to give.
        return folder.Key() switch
        {
            null => $"There is no {folder.KeyFile}, and its key cannot be read from the database: copy the file from the node that made it, or set REIN_KEY.",
            var key when !await KeyRing.Knows(keys, key, cancel) => $"The key in {folder.KeyFile} opens nothing here: it was revoked, or is of another installation.",
            _ => null,
        };
    }

    /// <summary>
    /// The file is on disk before the database knows its key: after a crash between the two, the key that lies there is the first one, and no
    /// key is known that nobody was given.
    /// </summary>
    static async Task Found(IKeyStore keys, DataFolder folder, TimeProvider time, CancellationToken cancel)
    {
        var left = folder.Key() is { } text && KeyRing.IsKey(text) ? text : null;
        var first = left ?? KeyRing.Draw();
        if (left is null)
            folder.WriteKey(first);
        // Another node may have been faster: then the key that was drawn here never opens anything.
        if (!await KeyRing.Found(keys, first, time, cancel) && left is null)
            folder.ForgetKey();
    }
}
