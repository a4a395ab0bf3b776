using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Rein.Core.Stores;
using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>
/// A session as the node that carries it sees it: its mailbox, the one ordered way to its worker, and the attempts it holds.
/// Lanes post, the worker's stream reads, reports strike off; all of it under one lock, which nobody holds while waiting.
/// </summary>
sealed partial class LiveSession(Session session)
{
    /// <summary>A stop that came before its assign is kept this many others long: the assign follows within a commit.</summary>
    const int KeptStops = 10_000;

    /// <summary>
    /// A reader goes on inside of the post, without a detour over the pool: posts are made outside of the lock, and the embedded worker's reader does little.
    /// For whoever does more <see cref="WorkerGateway.Commands"/> yields.
    /// </summary>
    readonly Channel<CommandFrame> mailbox = Channel.CreateUnbounded<CommandFrame>(new() { SingleReader = true, AllowSynchronousContinuations = true });

    readonly Dictionary<AttemptRef, Holding> held = [];
    readonly Queue<AttemptRef> early = [];
    readonly HashSet<AttemptRef> earlyStops = [];
    readonly Dictionary<AttemptRef, AttemptMask> masks = [];
    readonly Lock gate = new();
    volatile bool hasMasks;
    readonly Reading reading = new();
    int capacity = session.Capacity;
    int places = session.Capacity;
    volatile bool isRead;
    volatile bool isBusy;
    volatile bool isInDoubt;
    DateTimeOffset? toldHandBack;
    bool toldDrain;

    public Guid Id => session.Id;
    public Guid? Organization => session.Organization;

    /// <summary>That its worker came with; empty for the embedded one.</summary>
    public Guid Key { get; init; }

    public bool IsEmbedded => session.Organization is null;
    public int Capacity => Volatile.Read(ref capacity);
    public string Worker => session.Worker;
    public string? Pool => session.Pool;
    public ImmutableArray<string> Kinds => session.Kinds;

    /// <summary>Places left: none where it holds more than it may, and none while nobody reads the frames: a worker that shuts down is handed nothing more.</summary>
    public int Free => isRead && !IsBusy ? Math.Max(0, Volatile.Read(ref places)) : 0;

    /// <summary>Its worker says that it takes nothing more for now, whatever places it has.</summary>
    public bool IsBusy { get => isBusy; set => isBusy = value; }

    /// <summary>What it holds may not be what this node remembers: the next heartbeat asks the rows.</summary>
    public bool IsInDoubt { get => isInDoubt; set => isInDoubt = value; }

    /// <summary>When its worker last asked something of this node, by the clock of timestamps.</summary>
    public long AskedAt { get; set; }

    /// <summary>Somebody takes its frames at this node.</summary>
    public bool IsRead => isRead;

    /// <summary>The frames in their order; while somebody reads them, the session takes work. A second reader takes the place of the first, whose connection has died.</summary>
    public async IAsyncEnumerable<CommandFrame> Frames([EnumeratorCancellation] CancellationToken cancel)
    {
        using var turn = await reading.TakeOver(cancel);
        BeginReading();
        try
        {
            while (await CanRead(turn.Token))
                while (!turn.Token.IsCancellationRequested && mailbox.Reader.TryRead(out var frame))
                    yield return frame;
            cancel.ThrowIfCancellationRequested();
        }
        finally
        {
            isRead = false;
        }
    }

    /// <summary>What did not arrive before may from here on.</summary>
    void BeginReading()
    {
        lock (gate)
        {
            neverArrived = [];
            isRead = true;
        }
    }

    /// <returns>False: there will be no more, or somebody else reads on.</returns>
    async ValueTask<bool> CanRead(CancellationToken turn)
    {
        try
        {
            return await mailbox.Reader.WaitToReadAsync(turn);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whoever reads comes to his end.</summary>
    public async Task EndReading() => (await reading.TakeOver(CancellationToken.None)).Dispose();

    /// <summary>What was handed out and never read; only for a session whose worker says that it reads no more.</summary>
    public IReadOnlyList<AttemptRef> Unread()
    {
        var unread = new List<AttemptRef>();
        while (mailbox.Reader.TryRead(out var frame))
            if (frame is AssignFrame assign)
                unread.Add(assign.Attempt);
        return unread;
    }

    /// <summary>Places whose attempt is over, but something of it is left that nothing can end.</summary>
    public int Lost
    {
        get
        {
            lock (gate)
                return held.Values.Count(holding => holding.IsLost);
        }
    }

    /// <summary>Attempts that were answered without the worker: their stop was here before their assign.</summary>
    public event Action<AttemptRef>? NeverSent;

    public bool Serves(string? pool, string kind, Guid organization) =>
        Pool == pool && Kinds.Contains(kind) && (Organization is null || Organization == organization);

    public bool TryTakePlace()
    {
        if (!isRead || IsBusy)
            return false;
        if (Interlocked.Decrement(ref places) >= 0)
            return true;
        Interlocked.Increment(ref places);
        return false;
    }

    /// <summary>Its worker has more places from now on, or fewer; what it holds it keeps.</summary>
    /// <returns>Whether it has more.</returns>
    public bool Resize(int most)
    {
        lock (gate)
        {
            var more = most - capacity;
            capacity = most;
            Interlocked.Add(ref places, more);
            return more > 0;
        }
    }

    public void FreePlace() => Interlocked.Increment(ref places);

    /// <summary>The place was taken when the step was decided; from here the attempt has it.</summary>
    public void Assign(AssignFrame frame)
    {
        bool isStopped;
        lock (gate)
        {
            // The rows told of it before the lane did.
            if (held.ContainsKey(frame.Attempt))
                FreePlace();
            // Kept in either case: if the answer on its behalf is lost, the worker is handed it behind its stop, and answers itself.
            held[frame.Attempt] = new(frame);
            if (SecretMask.Of(frame.Secrets) is { } mask)
            {
                masks[frame.Attempt] = new(mask);
                hasMasks = true;
            }
            isStopped = earlyStops.Remove(frame.Attempt);
        }
        if (isStopped)
            NeverSent?.Invoke(frame.Attempt);
        else
            mailbox.Writer.TryWrite(frame);
    }

    public void Stop(StopFrame frame)
    {
        lock (gate)
            if (!held.ContainsKey(frame.Attempt))
            {
                KeepEarly_NeedsLock(frame.Attempt);
                return;
            }
        mailbox.Writer.TryWrite(frame);
    }

    /// <summary>The same for what is read from the store again and again: said when it is new, or when the end has come nearer.</summary>
    /// <param name="killAt">By the store's clock.</param>
    public void StopOnce(StopFrame frame, DateTimeOffset killAt)
    {
        lock (gate)
        {
            if (!held.TryGetValue(frame.Attempt, out var holding))
            {
                KeepEarly_NeedsLock(frame.Attempt);
                return;
            }
            if (killAt >= holding.KillAt)
                return;
            // What has no grace left will have none later: it is not said anew as time goes by.
            holding.KillAt = frame.KillInMs > 0 ? killAt : DateTimeOffset.MinValue;
        }
        mailbox.Writer.TryWrite(frame);
    }

    /// <summary>A drain that has begun, changed or ended is pushed once; heartbeats repeat it as long as it is on.</summary>
    public void Tell(Drain? drain, Func<Drain, DrainFrame> frame)
    {
        lock (gate)
        {
            if (drain is not null ? toldDrain && toldHandBack == drain.HandBackAt : !toldDrain)
                return;
            (toldDrain, toldHandBack) = (drain is not null, drain?.HandBackAt);
        }
        mailbox.Writer.TryWrite(drain is null ? new DrainFrame { IsOver = true } : frame(drain));
    }

    void KeepEarly_NeedsLock(AttemptRef attempt)
    {
        if (!earlyStops.Add(attempt))
            return;
        early.Enqueue(attempt);
        if (early.Count > KeptStops)
            earlyStops.Remove(early.Dequeue());
    }

    /// <summary>The worker has given up on what is left of the attempt: its place is lost until it is let go, and nothing about it is said again.</summary>
    public void LosePlace(AttemptRef attempt)
    {
        lock (gate)
            if (held.TryGetValue(attempt, out var holding))
                held[attempt] = new(null) { IsLost = true, IsStrange = holding.IsStrange };
    }

    /// <summary>The attempt is over, or proved gone: its place is free. Once; a repeated report changes nothing.</summary>
    public bool LetGo(AttemptRef attempt)
    {
        lock (gate)
        {
            if (hasMasks && masks.Remove(attempt))
                hasMasks = masks.Count > 0;
            if (!held.Remove(attempt))
                return false;
        }
        FreePlace();
        return true;
    }

    /// <summary>Without the secrets that the attempt was handed: a worker is trusted to hide them, and looked at all the same.</summary>
    public Report Masked(Report report)
    {
        if (!hasMasks)
            return report;
        AttemptMask? mask;
        lock (gate)
            mask = masks.GetValueOrDefault(report.Attempt);
        return mask?.Without(report) ?? report;
    }

    /// <summary>It was handed out to this session, by this node or by the rows; that its worker names it is not enough.</summary>
    public bool HoldsOwn(AttemptRef attempt)
    {
        lock (gate)
            return held.TryGetValue(attempt, out var holding) && !holding.IsStrange;
    }

    public void Close() => mailbox.Writer.TryComplete();
}
