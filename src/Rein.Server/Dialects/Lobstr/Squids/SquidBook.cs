using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>Finds squids, and changes what lies beside them: of changes at once none is lost.</summary>
sealed class SquidBook(IStores stores, WorkflowCatalog catalog)
{
    /// <summary>Of an organization with more workflows, those whose names come first.</summary>
    public const int Most = 5_000;

    /// <summary>Runs of a squid that was made here.</summary>
    public const int AtATime = 1;

    const int AtOnce = 500;

    public async Task<Squid?> Find(Guid organization, string? hash, CancellationToken cancel) =>
        Ids.Read(hash) is { } id && await stores.Workflows.NameOf(organization, id, cancel) is { } name && await catalog.Latest(organization, name, cancel) is { } version
            ? await Complete(version, cancel)
            : null;

    /// <summary>By one of its tasks.</summary>
    public async Task<(Squid Squid, TaskRow Task)?> FindByTask(Guid organization, string hash, CancellationToken cancel)
    {
        if (Ids.Read(hash) is not { } task)
            return null;
        var (first, last) = Ids.SquidsOf(task);
        foreach (var name in await stores.Workflows.NamesBetween(organization, first, last, cancel))
            if (await catalog.Latest(organization, name, cancel) is { } version
                && await Complete(version, cancel) is var squid && squid.Row.Tasks.FirstOrDefault(row => row.Id == task) is { } found)
                return (squid, found);
        return null;
    }

    public async IAsyncEnumerable<WorkflowVersion> All(Guid organization, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        string? after = null;
        for (var read = 0; read < Most; read += AtOnce)
        {
            var versions = await stores.Workflows.List(organization, after, AtOnce, cancel);
            foreach (var version in versions)
                yield return version;
            if (versions.Count < AtOnce)
                break;
            after = versions[^1].Name;
        }
    }

    public async Task<Squid> Complete(WorkflowVersion version, CancellationToken cancel) =>
        new(version, Read(await stores.Extras.OfWorkflow(version.Organization, version.Name, cancel)).Squid ?? new());

    /// <summary>Of one that was made of a kind; or what is wrong with what was said of it.</summary>
    public async Task<(Definition? Definition, string? Fault)> DefinitionOf(SquidRow row, Guid organization, CancellationToken cancel)
    {
        var parsed = await catalog.Parse(SquidDefinition.Of(row.Kind!, row), organization, cancel);
        return parsed.IsValid ? (parsed.Value, null) : (null, parsed.Faults[0].Message);
    }

    /// <summary>Repeated until nobody else has come between. What is given back for no change is not written.</summary>
    /// <exception cref="JsonException">What lies there cannot be read: nothing is written over it, for it is not ours alone.</exception>
    public async Task<(SquidRow Row, T Result)> Change<T>(Guid organization, string name, Func<SquidRow, (SquidRow Row, T Result)> change, CancellationToken cancel)
    {
        while (true)
        {
            var before = await stores.Extras.OfWorkflow(organization, name, cancel);
            var beside = ReadOrThrow(before);
            var known = beside.Squid ?? new();
            var (row, result) = change(known);
            if (ReferenceEquals(row, known)
                || await stores.Extras.ExchangeBesideWorkflow(organization, name, before, JsonSerializer.SerializeToUtf8Bytes(beside with { Squid = row }, KeptJson.Default.BesideWorkflow), cancel))
                return (row, result);
        }
    }

    /// <summary>What cannot be read is as if it were not there.</summary>
    static BesideWorkflow Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return ReadOrThrow(json);
        }
        catch (JsonException)
        {
            return new();
        }
    }

    static BesideWorkflow ReadOrThrow(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? new() : JsonSerializer.Deserialize(json.Span, KeptJson.Default.BesideWorkflow) ?? new();
}
