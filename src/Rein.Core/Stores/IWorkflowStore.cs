using Rein.Core.Definitions;

namespace Rein.Core.Stores;

/// <summary>Named, versioned definitions. A definition is stored once, by its hash.</summary>
public interface IWorkflowStore
{
    /// <summary>
    /// A new version, or the latest one again where the definition and its settings are the same. With it goes the limit of the workflow's runs
    /// (<see cref="LimitKey.OfWorkflow"/>), whatever version they are of: it is set, or taken away. Where there was none, runs that live count under it
    /// from then on.
    /// </summary>
    /// <param name="audit">Written for a new version only; the store adds which.</param>
    Task<WorkflowVersion> Save(
        Guid organization, string name, Definition definition, int? maxRunning, AuditEntry? audit, CancellationToken cancel);

    Task<WorkflowVersion> Save(Guid organization, string name, Definition definition, int? maxRunning, CancellationToken cancel) =>
        Save(organization, name, definition, maxRunning, null, cancel);

    /// <param name="version">Null for the latest.</param>
    Task<WorkflowVersion?> Find(Guid organization, string name, int? version, CancellationToken cancel);

    /// <summary>The name under which the workflow of this id is saved; null where there is none.</summary>
    Task<string?> NameOf(Guid organization, Guid id, CancellationToken cancel);

    /// <summary>The names under which workflows are saved whose ids lie between these, both included, by name.</summary>
    Task<IReadOnlyList<string>> NamesBetween(Guid organization, Guid first, Guid last, CancellationToken cancel);

    /// <summary>The latest version of each, by name.</summary>
    Task<IReadOnlyList<WorkflowVersion>> List(Guid organization, string? after, int count, CancellationToken cancel);
}

/// <param name="MaxRunning">As it was saved.</param>
public sealed record WorkflowVersion(
    Guid Id, Guid Organization, string Name, int Version, Definition Definition, int? MaxRunning, DateTimeOffset SavedAt)
{
    /// <summary>What the latest version says: runs of every version count under it.</summary>
    public int? MaxRunningNow { get; init; } = MaxRunning;
}
