using System.Security.Cryptography;
using System.Text;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.StopLinks;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>
/// Stop links in their dress. The password is the secret of one, and its public part follows from the password, so that nothing of it is ever shown; the pid is its
/// name. They outlive their run, and can be revoked like any other.
/// </summary>
sealed class ViewerLinks(IStores stores, LinkRing ring, Pids pids, AxiomSettings settings, ReinServerOptions options, TimeProvider time)
{
    public const int PidLength = 2;

    /// <summary>So begins the name of each; the pid is the rest of it.</summary>
    public const string Named = "c-00";

    /// <summary>Longer than that of a link of ours: none of theirs is opened at `/stop/…`, where nobody asks for a pid.</summary>
    const int PublicLength = 16;

    /// <summary>A link that opens nothing before a store has taken it, and what opens it then.</summary>
    public async ValueTask<(StopLink Link, string Pid, string Password)> New(Caller creator, Guid run, CancellationToken cancel)
    {
        var (pid, password) = (await pids.Next(creator.Organization, cancel), KeyText.DrawSecret());
        var now = time.GetUtcNow();
        var link = new StopLink(
            Guid.CreateVersion7(now), creator.Organization, run, PublicPartOf(password), KeyText.HashOf(password), Named + pid, creator.Actor, now, null);
        return (link, pid, password);
    }

    /// <summary>Who comes by the link, with its pid; null where they open nothing, whichever of the two is wrong.</summary>
    public async Task<(Caller Caller, StopLink Link, string Pid)?> Open(ViewerAddress said, CancellationToken cancel)
    {
        if (said.Password is not { Length: KeyText.SecretLength } password || !Ascii.IsValid(password))
            return null;
        if (await stores.StopLinks.Find(PublicPartOf(password), cancel) is not { } link || !KeyText.Fits(password, link.Hash.Span) || PidOf(link) is not { } pid)
            return null;
        return settings.TakesAnyPid || IsSame(said.Pid ?? "", pid) ? (ring.Holder(link), link, pid) : null;
    }

    /// <summary>Null for one that was not made here.</summary>
    public static string? PidOf(StopLink link) =>
        link.Prefix.Length == PublicLength && link.Name.StartsWith(Named, StringComparison.Ordinal) ? link.Name[Named.Length..] : null;

    public string AddressOf(HttpRequest request, Guid run, string pid, string password)
    {
        var reached = CreateStopLink.Base(request, options);
        // A host that is the dialect's alone has no path before it.
        var isItsOwn = Uri.TryCreate(reached, UriKind.Absolute, out var uri)
            && options.Dialects.Hosts.Any(host => host.Value is AxiomDialect.Name && uri.Host.Equals(host.Key, StringComparison.OrdinalIgnoreCase));
        return ViewerAddress.Of(isItsOwn ? reached : reached + AxiomDialect.Dialect.Mount, pid, password, run);
    }

    public static bool IsPid(string text) => text.Length == PidLength && text.All(char.IsAsciiDigit);

    static bool IsSame(string said, string pid) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(pid));

    static string PublicPartOf(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("public " + password)))[..PublicLength];
}
