using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>What lies beside runs and workflows for another API. A run's is written with its start, and goes when it is pruned.</summary>
public interface IExtraStore
{
    /// <summary>The run that has this alias; null where the organization has none.</summary>
    Task<Guid?> FindRun(Guid organization, string alias, CancellationToken cancel);

    /// <summary>A run beside which nothing lies is not in the answer.</summary>
    Task<IReadOnlyDictionary<Guid, Extras>> Of(IReadOnlyCollection<Guid> runs, CancellationToken cancel);

    /// <summary>JSON, UTF-8; empty where nothing lies beside the workflow.</summary>
    Task<ReadOnlyMemory<byte>> OfWorkflow(Guid organization, string name, CancellationToken cancel);

    /// <summary>In the place of what lay there.</summary>
    Task PutBesideWorkflow(Guid organization, string name, ReadOnlyMemory<byte> json, CancellationToken cancel);

    /// <summary>In the place of what lay there, unless something else lies there by now: then nothing changes. So no two who add to it lose each other.</summary>
    /// <param name="before">As it was read; empty for nothing.</param>
    /// <returns>False: somebody else was first.</returns>
    Task<bool> ExchangeBesideWorkflow(Guid organization, string name, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, CancellationToken cancel);
}
