using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.B3os;

/// <summary>Workflows by their ids, with what lies beside them.</summary>
sealed class WorkflowPages(IStores stores, WorkflowCatalog catalog)
{
    /// <param name="version">Null for the latest.</param>
    public async Task<WorkflowVersion?> Find(Guid organization, string id, int? version, CancellationToken cancel)
    {
        if (Ids.ReadWorkflow(id) is not { } workflow || await stores.Workflows.NameOf(organization, workflow, cancel) is not { } name)
            return null;
        return version is null ? await catalog.Latest(organization, name, cancel) : await stores.Workflows.Find(organization, name, version, cancel);
    }

    public async Task<WorkflowExtras> Beside(WorkflowVersion version, CancellationToken cancel) =>
        Of(await stores.Extras.OfWorkflow(version.Organization, version.Name, cancel), version);

    /// <returns>What lies there now.</returns>
    public async Task<WorkflowExtras> Change(WorkflowVersion version, Func<WorkflowExtras, WorkflowExtras> change, CancellationToken cancel)
    {
        var after = new WorkflowExtras();
        await stores.Extras.Change(
            version.Organization, version.Name, before => JsonSerializer.SerializeToUtf8Bytes(after = change(Of(before, version)), B3osJson.Default.WorkflowExtras), cancel);
        return after;
    }

    /// <summary>Where nothing of ours lies, it was saved elsewhere, and is published as it is.</summary>
    static WorkflowExtras Of(ReadOnlyMemory<byte> json, WorkflowVersion version) =>
        Read(json) is { } extras && (extras.Title ?? extras.Description) is not null ? extras : (Read(json) ?? new()) with { Published = version.Version };

    /// <summary>By the names that we know them by, which begin as their titles do.</summary>
    public async Task<WorkflowPage> List(Guid organization, int offset, int limit, CancellationToken cancel)
    {
        var found = await stores.Workflows.List(organization, null, offset, limit + 1, cancel);
        var items = new List<WorkflowDocument>();
        foreach (var version in found.Take(limit))
            items.Add(await Of(version, await Beside(version, cancel), cancel));
        return new() { Items = items, Limit = limit, Offset = offset, HasMore = found.Count > limit };
    }

    /// <summary>One that was saved elsewhere is called as it is there, and every version of it is published.</summary>
    public async Task<WorkflowDocument> Of(WorkflowVersion version, WorkflowExtras extras, CancellationToken cancel)
    {
        var first = version.Version == 1 ? version : await stores.Workflows.Find(version.Organization, version.Name, 1, cancel);
        var published = extras.Title is null ? version.Version : extras.Published;
        return new()
        {
            Id = Ids.OfWorkflow(version.Id),
            OrganizationId = Ids.OfOrganization(version.Organization),
            Name = extras.Title ?? version.Name,
            Description = extras.Description ?? "",
            Status = published is null ? "draft" : "active",
            Version = version.Version,
            PublishedVersion = published,
            Definition = Definitions.OfWorkflow(version.Definition),
            PropValues = extras.PropValues ?? Definitions.Nothing,
            HasDraft = published != version.Version,
            HasLiveVersion = published is not null,
            CreatedAt = (first ?? version).SavedAt,
            UpdatedAt = version.SavedAt,
        };
    }

    public static string TitleOf(string name, ReadOnlyMemory<byte> extras) => Read(extras)?.Title ?? name;

    static WorkflowExtras? Read(ReadOnlyMemory<byte> json) => BesideRuns.Read(json, B3osJson.Default.WorkflowExtras);
}
