using System.Text.Json;
using Rein.Core.Definitions;
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
        await stores.Extras.Change(version.Organization, version.Name, before => Written(after = change(ToWrite(before, version))), cancel);
        return after;
    }

    /// <summary>Whatever was changed meanwhile stays: the last word wins.</summary>
    public async Task<(WorkflowVersion Version, WorkflowExtras Beside)> Save(
        WorkflowVersion seen, Definition? definition, Func<WorkflowExtras, WorkflowExtras> change, AuditEntry audit, CancellationToken cancel)
    {
        // What cannot be changed beside it is found before anything is.
        _ = ToWrite(await stores.Extras.OfWorkflow(seen.Organization, seen.Name, cancel), seen);
        var saved = definition is null ? seen : await catalog.Save(seen.Organization, seen.Name, definition, seen.MaxRunning, audit, cancel);
        return (saved, await Change(seen, change, cancel));
    }

    /// <summary>Only while the version that was seen is the latest: both are changed in one transaction.</summary>
    /// <returns>Null: another is the latest by now, and nothing has changed.</returns>
    public async Task<(WorkflowVersion Version, WorkflowExtras Beside)?> SaveOver(
        WorkflowVersion seen, Definition? definition, Func<WorkflowExtras, WorkflowExtras> change, AuditEntry audit, CancellationToken cancel)
    {
        do
        {
            var before = await stores.Extras.OfWorkflow(seen.Organization, seen.Name, cancel);
            var after = change(ToWrite(before, seen));
            if (await catalog.SaveOver(seen, definition ?? seen.Definition, new(before, Written(after)), audit, cancel) is { } saved)
                return (saved, after);
        }
        while ((await stores.Workflows.Find(seen.Organization, seen.Name, null, cancel))?.Version == seen.Version);
        return null;
    }

    static WorkflowExtras Of(ReadOnlyMemory<byte> json, WorkflowVersion version) => Complete(SharedJson.Read(json, B3osJson.Default.WorkflowExtras), version);

    static WorkflowExtras ToWrite(ReadOnlyMemory<byte> json, WorkflowVersion version) => Complete(SharedJson.ReadToWrite(json, B3osJson.Default.WorkflowExtras), version);

    /// <summary>Where nothing of ours lies, it was saved elsewhere, and is published as it is.</summary>
    static WorkflowExtras Complete(WorkflowExtras? extras, WorkflowVersion version) =>
        extras is { Title: not null } or { Description: not null } ? extras : (extras ?? new()) with { Published = version.Version };

    static byte[] Written(WorkflowExtras extras) => JsonSerializer.SerializeToUtf8Bytes(extras, B3osJson.Default.WorkflowExtras);

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

    public static string TitleOf(string name, ReadOnlyMemory<byte> extras) => SharedJson.Read(extras, B3osJson.Default.WorkflowExtras)?.Title ?? name;
}
