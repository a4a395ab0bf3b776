using System.Collections.Immutable;

namespace Rein.Core.Stores;

/// <summary>
/// What nodes on one store tell each other after their commits, so that nobody has to poll. Signals may be lost, doubled or late;
/// heartbeats and slow ticks repair that.
/// </summary>
public interface IStoreSignals
{
    /// <summary>After a commit. Never waits and never fails; what cannot be told now is told together with the next, or lost.</summary>
    void Publish(StoreSignal signal);

    /// <summary>What the other nodes published, until <paramref name="cancel"/>.</summary>
    IAsyncEnumerable<StoreSignal> Listen(CancellationToken cancel);
}

/// <param name="Runs">Runs that have changed.</param>
/// <param name="Pools">Pools that have new ready steps; the default pool is null.</param>
public sealed record StoreSignal(ImmutableArray<Guid> Runs, ImmutableArray<string?> Pools)
{
    /// <summary>Sessions whose worker has a stop or an assign to be told, or has come to an end with something, wherever they are carried.</summary>
    public ImmutableArray<Guid> Sessions { get; init; } = [];

    /// <summary>Sessions whose frames are read at the node that says so, from here on: a stream of one that another still has is dead.</summary>
    public ImmutableArray<Guid> Streams { get; init; } = [];

    /// <summary>A drain or a drill has changed who may be handed what.</summary>
    public bool Gates { get; init; }

    /// <summary>Listening began, or began anew: signals before this one may have been missed.</summary>
    public bool IsFresh { get; init; }

    public static StoreSignal Fresh { get; } = new([], []) { IsFresh = true };
}
