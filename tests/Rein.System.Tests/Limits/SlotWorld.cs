using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Commits;
using Rein.Server.Dispatch;

namespace Rein.System.Tests.Limits;

/// <summary>Runs under limits, moved by the real batches, one after the other; and the books that must balance behind each of them.</summary>
sealed class SlotWorld(SlotStores database, IStores stores, Random random)
{
    public static readonly string[] Keys = ["a", "b", "workflow:flow", "workflow:other"];

    public static readonly Rules Rules = new(TimeSpan.FromMicroseconds(1), TimeSpan.FromMicroseconds(2), TimeSpan.FromHours(1));

    readonly CapacityBook capacity = new();
    readonly Dictionary<string, int> heldBefore = [];
    SlotRules? rules;

    public Guid Organization { get; } = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
    public IStores Stores { get; private set; } = stores;

    /// <summary>Everything that ever was, as readers see it.</summary>
    public IReadOnlyList<Run> Runs { get; private set; } = [];

    public IEnumerable<Run> Live => Runs.Where(run => !run.HasEnded);

    /// <summary>Decides and commits; or the node dies, before its commit or right behind it.</summary>
    public async Task Commit(params IReadOnlyList<Work> works)
    {
        var fate = random.Next(12);
        await using (var unit = await Stores.Runs.Begin(CancellationToken.None))
        {
            // As a queue hands them out: the most urgent first.
            var batch = new Batch([.. works.OrderBy(work => work.Urgency)], capacity, BatchRules, mayClaim: false, NullLogger.Instance);
            await batch.Decide(unit, wait: true, CancellationToken.None);
            if (fate > 0)
                await unit.Commit(batch.ToChangeSet(), CancellationToken.None);
        }
        if (fate <= 1 && random.Next(3) == 0)
            await Restart();
    }

    /// <summary>The server fulfils a duty, with as many commits as it takes; or the node dies before one of them, or behind all.</summary>
    public async Task Fulfil(OwedDuty duty)
    {
        var mayCommit = random.Next(12) == 0 ? random.Next(2) : int.MaxValue;
        var isDead = false;
        using (var node = new SlotNode(Stores, capacity, BatchRules, Commit))
            try
            {
                await node.Duties.Fulfil(duty, CancellationToken.None);
            }
            catch (CommitException) when (isDead)
            {
            }
        if (isDead || random.Next(18) == 0)
            await Restart();

        void Commit(CommitKinds kinds, bool isCommitted)
        {
            if (isCommitted || mayCommit-- > 0)
                return;
            isDead = true;
            throw new InvalidOperationException("The node has died.");
        }
    }

    BatchRules BatchRules => new(Rules, new(Stores.Secrets, null, TimeProvider.System));

    async Task Restart()
    {
        await Stores.DisposeAsync();
        Stores = await database.Open();
    }

    /// <summary>Everybody for whom there is room is admitted, as the slow tick does.</summary>
    public async Task AdmitAll()
    {
        int admitted;
        do
        {
            admitted = 0;
            foreach (var key in await Stores.Limits.Admissible(null, 100, CancellationToken.None))
            {
                var work = new AdmitWork(key);
                await Commit(work);
                await Check(mayOverfill: false);
                admitted += work.Answer;
            }
        }
        while (admitted > 0);
        await CheckThatNobodyWaitsInVain();
    }

    /// <param name="mayOverfill">Runs that live may come to count under a limit that is less than they are; nobody is admitted above it.</param>
    public async Task Check(bool mayOverfill)
    {
        await Read();
        foreach (var key in Keys)
            await Check(key, mayOverfill);
        await (rules ??= new(Organization)).Check(Stores, Runs);
    }

    async Task Read() =>
        Runs = [.. (await Stores.Reader.List(new(Organization, 100_000), CancellationToken.None)).Select(view => view.Run)];

    async Task Check(string name, bool mayOverfill)
    {
        var key = new LimitKey(Organization, name);
        var holding = Live.Where(run => !run.IsBlocked && run.LimitKeys.Contains(name)).Select(run => run.Id).Order().ToList();
        var waiting = Live.Where(run => run.IsBlocked && run.LimitKeys.Contains(name))
            .OrderBy(run => -run.Priority).ThenBy(run => run.CreatedAt).ThenBy(run => run.Id).Select(run => run.Id).ToList();
        Same($"who holds {name}", holding, (await Stores.Limits.Holders(key, null, 100_000, CancellationToken.None)).Select(run => run.Run).Order());
        Same($"who waits for {name}", waiting, (await Stores.Limits.Queue(key, null, 100_000, CancellationToken.None)).Select(run => run.Run));
        if (await Stores.Limits.Find(key, CancellationToken.None) is { } view)
        {
            Equal($"held of {name}", holding.Count, view.Limit.Held);
            Equal($"waiting of {name}", waiting.Count, (int)view.Waiting);
            if (!mayOverfill && holding.Count > view.Limit.Max && holding.Count > heldBefore.GetValueOrDefault(name))
                throw new SlotException($"{name} has {holding.Count} holders, {heldBefore.GetValueOrDefault(name)} before, and may have {view.Limit.Max}");
        }
        heldBefore[name] = holding.Count;
    }

    async Task CheckThatNobodyWaitsInVain()
    {
        var full = new HashSet<string>();
        foreach (var name in Keys)
            if (await Stores.Limits.Find(new(Organization, name), CancellationToken.None) is { Limit.Room: <= 0 })
                full.Add(name);
        foreach (var run in Live.Where(run => run.IsBlocked))
            if (!run.LimitKeys.Any(full.Contains))
                throw new SlotException($"{run.Id} waits for {string.Join(" and ", run.LimitKeys)}, and there is room");
    }

    static void Same(string what, IEnumerable<Guid> expected, IEnumerable<Guid> found)
    {
        if (!expected.SequenceEqual(found))
            throw new SlotException($"{what}: {string.Join(", ", found)} instead of {string.Join(", ", expected)}");
    }

    static void Equal(string what, int expected, int found)
    {
        if (expected != found)
            throw new SlotException($"{what}: {found} instead of {expected}");
    }
}

/// <summary>The books do not balance.</summary>
sealed class SlotException(string message) : Exception(message);
