using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>Finds squids, and changes what lies beside them: of changes at once none is lost.</summary>
sealed class SquidBook(IStores stores, WorkflowCatalog catalog)
{
    /// <summary>Whose own names are looked at for a word: what lies beside a workflow has to be read for that.</summary>
    const int MostLookedAt = 5_000;

    /// <summary>Runs of a squid that was made here.</summary>
    public const int AtATime = 1;

    const int AtOnce = 500;

    public async Task<Squid?> Find(Guid organization, string? hash, CancellationToken cancel) =>
        Ids.Read(hash) is { } id && await stores.Workflows.NameOf(organization, id, cancel) is { } name ? await Named(organization, name, cancel) : null;

    /// <param name="name">Of its workflow.</param>
    public async Task<Squid?> Named(Guid organization, string name, CancellationToken cancel) =>
        await catalog.Latest(organization, name, cancel) is { } version ? await Complete(version, cancel) : null;

    /// <summary>By one of its tasks.</summary>
    public async Task<(Squid Squid, TaskRow Task)?> FindByTask(Guid organization, string hash, CancellationToken cancel)
    {
        if (Ids.Read(hash) is not { } task)
            return null;
        var (first, last) = Ids.SquidsOf(task);
        foreach (var name in await stores.Workflows.NamesBetween(organization, first, last, cancel))
            if (await Named(organization, name, cancel) is { } squid && squid.Row.Tasks.FirstOrDefault(row => row.Id == task) is { } found)
                return (squid, found);
        return null;
    }

    /// <summary>The names of the workflows on a page, in order, and how many there are.</summary>
    /// <param name="word">Only of those whose own name has this in it; null for all.</param>
    public async Task<(IReadOnlyList<string> Names, long Total)> Names(Guid organization, string? word, Paging page, CancellationToken cancel)
    {
        if (word is null)
            return (await stores.Workflows.Names(organization, null, page.Skip, page.Limit, cancel), await stores.Workflows.Count(organization, cancel));
        var (found, after) = (new List<string>(), (string?)null);
        for (var read = 0; read < MostLookedAt; read += AtOnce)
        {
            var names = await stores.Workflows.Names(organization, after, AtOnce, cancel);
            foreach (var name in names)
                if (((await RowOf(organization, name, cancel)).Name ?? name).Contains(word, StringComparison.OrdinalIgnoreCase))
                    found.Add(name);
            if (names.Count < AtOnce)
                break;
            after = names[^1];
        }
        return ([.. found.Skip(page.Skip).Take(page.Limit)], found.Count);
    }

    public async Task<Squid> Complete(WorkflowVersion version, CancellationToken cancel) =>
        new(version, await RowOf(version.Organization, version.Name, cancel));

    async Task<SquidRow> RowOf(Guid organization, string name, CancellationToken cancel) =>
        SharedJson.Read(await stores.Extras.OfWorkflow(organization, name, cancel), KeptJson.Default.BesideWorkflow)?.Squid ?? new();

    /// <summary>Of one that was made of a kind; or what is wrong with what was said of it.</summary>
    public async Task<(Definition? Definition, string? Fault)> DefinitionOf(SquidRow row, Guid organization, CancellationToken cancel)
    {
        var parsed = await catalog.Parse(SquidDefinition.Of(row.Kind!, row), organization, cancel);
        return parsed.IsValid ? (parsed.Value, null) : (null, parsed.Faults[0].Message);
    }

    /// <summary>Repeated until nobody else has come between. What is given back for no change is not written.</summary>
    /// <exception cref="StoreException">What lies there cannot be read: nothing is written over it, for it is not ours alone.</exception>
    public async Task<(SquidRow Row, T Result)> Change<T>(Guid organization, string name, Func<SquidRow, (SquidRow Row, T Result)> change, CancellationToken cancel)
    {
        while (true)
        {
            var before = await stores.Extras.OfWorkflow(organization, name, cancel);
            var beside = SharedJson.ReadToWrite(before, KeptJson.Default.BesideWorkflow) ?? new();
            var known = beside.Squid ?? new();
            var (row, result) = change(known);
            if (ReferenceEquals(row, known)
                || await stores.Extras.ExchangeBesideWorkflow(organization, name, before, JsonSerializer.SerializeToUtf8Bytes(beside with { Squid = row }, KeptJson.Default.BesideWorkflow), cancel))
                return (row, result);
        }
    }
}
