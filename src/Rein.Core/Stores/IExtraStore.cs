using Rein.Core.Runs;

namespace Rein.Core.Stores;

/// <summary>What lies beside runs and workflows for another API. A run's goes when it is pruned.</summary>
public interface IExtraStore
{
    /// <summary>The run that has this alias; null where the organization has none.</summary>
    Task<Guid?> FindRun(Guid organization, string alias, CancellationToken cancel);

    /// <summary>
    /// The run that has this id, or this alias, whichever organization's it is; null where there is none. For who is told of it nothing but that it is
    /// there and not theirs.
    /// </summary>
    /// <param name="most">Of how many organizations, the oldest first, it is looked for the alias: each costs one look. The id costs one whosever it is.</param>
    Task<Guid?> FindAnywhere(Guid run, string alias, int most, CancellationToken cancel);

    /// <summary>A run beside which nothing lies is not in the answer.</summary>
    Task<IReadOnlyDictionary<Guid, Extras>> Of(IReadOnlyCollection<Guid> runs, CancellationToken cancel);

    /// <summary>
    /// In the place of what lay beside the run, if that is still so: of two who write at once, one has to look again. The alias stays.
    /// </summary>
    /// <param name="before">As <see cref="Of"/> has told it; empty for nothing.</param>
    /// <param name="evenEnded">Also beside a run that has ended; otherwise it is a write of before its end, or none.</param>
    /// <returns>False: something else lies there by now, the run has ended, or there is none.</returns>
    Task<bool> PutBesideRun(Guid organization, Guid run, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, bool evenEnded, CancellationToken cancel);

    /// <summary>JSON, UTF-8; empty where nothing lies beside the workflow.</summary>
    Task<ReadOnlyMemory<byte>> OfWorkflow(Guid organization, string name, CancellationToken cancel);

    /// <summary>In the place of what lay there, unless something else lies there by now: then nothing changes. So no two who add to it lose each other.</summary>
    /// <param name="before">As it was read; empty for nothing.</param>
    /// <returns>False: somebody else was first.</returns>
    Task<bool> ExchangeBesideWorkflow(Guid organization, string name, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> json, CancellationToken cancel);
}
