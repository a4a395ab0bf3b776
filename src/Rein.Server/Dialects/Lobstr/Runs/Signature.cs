using System.Globalization;
using Rein.Core.Runs;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.Lobstr.Runs;

/// <summary>What lets somebody without a key read the file of one run, until a moment. It is kept nowhere: it follows from the server's own key.</summary>
sealed record Signature(string Owner, string Expires, string Text)
{
    public const string NoFile = "Run not found or export not ready";
    public const string OwnerName = "owner";
    public const string ExpiresName = "expires";
    public const string SignatureName = "signature";

    static readonly TimeSpan s_lifetime = TimeSpan.FromHours(1);

    public static Signature Of(SecretKeys keys, Run run, DateTimeOffset now)
    {
        var (owner, expires) = (Ids.Of(run.Organization), (now + s_lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return new(owner, expires, keys.SignalSecret(run.Id, Place(owner, expires)));
    }

    /// <returns>The organization whose run it is; null where it lets nobody in, or no longer.</returns>
    public Guid? OwnerOf(SecretKeys keys, Guid run, DateTimeOffset now) =>
        keys.IsSignalSecret(run, Place(Owner, Expires), Text)
        && long.TryParse(Expires, NumberStyles.None, CultureInfo.InvariantCulture, out var until) && now.ToUnixTimeSeconds() < until
            ? Ids.Read(Owner)
            : null;

    /// <summary>No step is called so: it has spaces in it.</summary>
    static string Place(string owner, string expires) => $"file of {owner} until {expires}";
}
