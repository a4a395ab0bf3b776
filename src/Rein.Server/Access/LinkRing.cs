using Rein.Core.Stores;

namespace Rein.Server.Access;

/// <summary>Stop links: drawn, and opened. Nothing is remembered, so a revocation holds from its commit on, on every node.</summary>
sealed class LinkRing(IStopLinkStore links, BudgetBook budgets, TimeProvider time)
{
    /// <summary>What one run may have at most.</summary>
    public const int MostPerRun = 100;

    /// <summary>A link that opens nothing before a store has taken it.</summary>
    public (StopLink Link, string Text) New(Caller creator, Guid run, string name, TimeSpan? life)
    {
        var (prefix, text, hash) = LinkText.Draw();
        var now = time.GetUtcNow();
        return (new(Guid.CreateVersion7(now), creator.Organization, run, prefix, hash, name, creator.Actor, now, now + life), text);
    }

    /// <summary>Who comes by the link, and the run that it is for; null where it opens nothing.</summary>
    public async Task<(Caller Caller, StopLink Link)?> Open(string text, CancellationToken cancel)
    {
        if (!LinkText.TryRead(text, out var prefix, out var secret) || await links.Find(prefix, cancel) is not { } link)
            return null;
        if (!KeyText.Fits(secret, link.Hash.Span) || link.ExpiresAt <= time.GetUtcNow())
            return null;
        return (Holder(link), link);
    }

    /// <summary>Whoever has shown what opens the link.</summary>
    public Caller Holder(StopLink link) => new(link.Organization, "link:" + link.Prefix, Scopes.None) { Budgets = budgets.Of(link.Id, null, null) };
}
