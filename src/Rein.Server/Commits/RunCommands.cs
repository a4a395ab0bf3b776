using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Server.Commits;

/// <summary>The one way to change a run. Every command is committed by the lane of its run; a caller who hangs up cancels nothing.</summary>
sealed class RunCommands(IReadOnlyList<Lane> lanes, RunIds ids)
{
    /// <summary>The id of a run that is to be started: larger than those that were made before it here.</summary>
    public Guid NewRun() => ids.Next();

    /// <param name="organization">Null for the system itself; otherwise a foreign run is answered like an unknown one.</param>
    /// <param name="audit">Written in the same transaction, where the command changes something.</param>
    /// <exception cref="CommitException">It could not be committed, for a reason that is no expected outcome.</exception>
    public Task<Committed> Submit(Guid? organization, ICommand command, AuditEntry? audit = null) =>
        Add(new CommandWork(organization, command, audit), command.Run).Task;

    /// <summary>Starts runs, all in one transaction, an answer each.</summary>
    /// <exception cref="BusyException">Too many starts wait.</exception>
    /// <exception cref="CommitException">They could not be committed, for a reason that is no expected outcome.</exception>
    public Task<IReadOnlyList<Started>> Start(IReadOnlyList<StartOrder> orders) => Add(new StartWork(orders), orders[0].Start.Run).Task;

    /// <summary>Appends items, log chunks or marks under their fence.</summary>
    /// <param name="organization">Null for the system itself; otherwise a foreign run is answered like one whose fence has fallen.</param>
    public Task<Appended> Append(Guid? organization, Append append) => Add(new AppendWork(organization, append), append.Run).Task;

    /// <summary>Room may have come free: the next blocked runs under the key are admitted. Completes with their number.</summary>
    public Task<int> Admit(LimitKey key) => Add(new AdmitWork(key), key.Organization).Task;

    /// <summary>Capacity may have come free: what is ready is claimed.</summary>
    public void PokeClaims() => lanes[0].Add(new ClaimWork(everything: false));

    /// <summary>The same for whatever waits, known here or not: other nodes put steps into the queue too, and a wake-up may be lost.</summary>
    public void LookForClaims() => lanes[0].Add(new ClaimWork(everything: true));

    TWork Add<TWork>(TWork work, Guid run) where TWork : Work
    {
        lanes[LaneOf(run)].Add(work);
        return work;
    }

    /// <summary>The last bytes of an id are random.</summary>
    int LaneOf(Guid run)
    {
        Span<byte> bytes = stackalloc byte[16];
        run.TryWriteBytes(bytes);
        return bytes[15] % lanes.Count;
    }
}
