using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Api.Pools;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.Lobstr.Crawlers;

/// <summary>What a squid can be made of: the kind `crawl`, kinds that workers have registered, and workflows that are saved.</summary>
sealed class CrawlerList(IStores stores, WorkflowCatalog catalog)
{
    public static string IdOf(string kind) => Ids.OfWords("kind", kind);

    /// <summary>What is listed; kinds of ours that are no crawlers can be named all the same.</summary>
    public async Task<IReadOnlyList<string>> Kinds(Guid organization, CancellationToken cancel)
    {
        var sessions = await stores.Sessions.Serving(organization, cancel);
        var registered = sessions.SelectMany(session => session.Kinds)
            .Where(kind => KindCatalog.IsWellFormed(kind) && !KindCatalog.BuiltIn.Knows(kind) && kind != KindCatalog.Drill);
        return [KindCatalog.Crawl, .. registered.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <param name="word">The kind, or its id.</param>
    public async Task<string?> FindKind(Guid organization, string word, CancellationToken cancel) =>
        KindCatalog.BuiltIn.Knows(word) && !KindCatalog.IsControl(word)
            ? word
            : (await Kinds(organization, cancel)).FirstOrDefault(kind => kind == word || IdOf(kind) == word);

    /// <param name="word">The id of the workflow, or its name.</param>
    public async Task<WorkflowVersion?> FindWorkflow(Guid organization, string word, CancellationToken cancel)
    {
        var name = Ids.Read(word) is { } id ? await stores.Workflows.NameOf(organization, id, cancel) ?? word : word;
        return await catalog.Latest(organization, name, cancel);
    }
}
