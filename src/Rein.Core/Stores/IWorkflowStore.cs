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

    /// <summary>The same, where the latest version is still the one that whoever saves has seen.</summary>
    /// <param name="beside">What lies beside the workflow is exchanged with it, in one transaction; null leaves it alone.</param>
    /// <returns>Null: another is the latest by now, or there is none, or something else lies beside it. Nothing has changed.</returns>
    Task<WorkflowVersion?> SaveOver(
        int seen, Guid organization, string name, Definition definition, int? maxRunning, BesideExchange? beside, AuditEntry? audit, CancellationToken cancel);

    /// <param name="version">Null for the latest.</param>
    Task<WorkflowVersion?> Find(Guid organization, string name, int? version, CancellationToken cancel);

    /// <summary>The name under which the workflow of this id is saved; null where there is none.</summary>
    Task<string?> NameOf(Guid organization, Guid id, CancellationToken cancel);

    /// <summary>The names under which workflows are saved whose ids lie between these, both included, by name.</summary>
    Task<IReadOnlyList<string>> NamesBetween(Guid organization, Guid first, Guid last, CancellationToken cancel);

    /// <summary>The names under which workflows are saved, after <paramref name="after"/>.</summary>
    Task<IReadOnlyList<string>> Names(Guid organization, string? after, int count, CancellationToken cancel) =>
        Names(organization, after, 0, count, cancel);

    /// <param name="skip">How many behind <paramref name="after"/> are passed over.</param>
    Task<IReadOnlyList<string>> Names(Guid organization, string? after, int skip, int count, CancellationToken cancel);

    /// <summary>Under how many names workflows are saved.</summary>
    Task<long> Count(Guid organization, CancellationToken cancel);

    /// <summary>The latest version of each, by name.</summary>
    Task<IReadOnlyList<WorkflowVersion>> List(Guid organization, string? after, int count, CancellationToken cancel) =>
        List(organization, after, 0, count, cancel);

    /// <param name="skip">How many behind <paramref name="after"/> are passed over: counted, and their definitions not read.</param>
    Task<IReadOnlyList<WorkflowVersion>> List(Guid organization, string? after, int skip, int count, CancellationToken cancel);
}

/// <summary>As <see cref="IExtraStore.ExchangeBesideWorkflow"/>.</summary>
/// <param name="Before">As it was read; empty for nothing.</param>
public readonly record struct BesideExchange(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After);

/// <param name="MaxRunning">As it was saved.</param>
public sealed record WorkflowVersion(
    Guid Id, Guid Organization, string Name, int Version, Definition Definition, int? MaxRunning, DateTimeOffset SavedAt)
{
    /// <summary>What the latest version says: runs of every version count under it.</summary>
    public int? MaxRunningNow { get; init; } = MaxRunning;
}
