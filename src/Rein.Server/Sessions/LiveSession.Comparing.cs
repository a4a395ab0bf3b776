using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>What a heartbeat says that the worker holds, beside what it was handed; and what the rows say, where the two do not agree.</summary>
sealed partial class LiveSession
{
    HashSet<AttemptRef> strange = [];
    bool listIsDue;
    IReadOnlyList<AttemptRef> neverArrived = [];

    /// <summary>What the session holds by the memory of this node.</summary>
    public IReadOnlyList<AttemptRef> Held
    {
        get
        {
            lock (gate)
                return [.. held.Keys];
        }
    }

    /// <summary>The worker holds the same: everything that was there at the heartbeat before. From then on what is there now counts too.</summary>
    /// <param name="listWasDue">It was asked for its list before, and has given it to another node.</param>
    public bool Confirms(string digest, out bool listWasDue)
    {
        lock (gate)
        {
            listWasDue = listIsDue;
            listIsDue = true;
            // Said by an older list: what the worker has by now it has not been asked.
            neverArrived = [];
            UInt128 joined = 0;
            foreach (var (attempt, holding) in held)
                if (holding.WasThere)
                    joined ^= holding.DigestOf(attempt);
            if (HeldDigest.ToText(joined) != digest)
                return false;
            foreach (var holding in held.Values)
                holding.WasThere = true;
            strange.Clear();
            listIsDue = false;
            return true;
        }
    }

    /// <summary>
    /// What the two do not agree in, for the second heartbeat in a row: what is on its way to the worker, or is just over, has not been seen by one of them.
    /// </summary>
    public Differences Compare(IReadOnlyList<AttemptRef> said)
    {
        var known = said.ToHashSet();
        lock (gate)
        {
            var missing = held.Where(one => one.Value.WasThere && !known.Contains(one.Key)).Select(one => one.Key).ToList();
            var now = known.Where(attempt => !held.ContainsKey(attempt)).ToHashSet();
            var again = now.Where(strange.Contains).ToList();
            strange = now;
            listIsDue = false;
            // Nothing reaches a worker that reads no more: what it does not name now never arrived.
            neverArrived = isRead ? [] : [.. held.Keys.Where(attempt => !known.Contains(attempt))];
            foreach (var holding in held.Values)
                holding.WasThere = true;
            return new(missing, again);
        }
    }

    /// <summary>Takes over what the rows say that the session holds.</summary>
    /// <param name="before"><see cref="Held"/>, from before the rows were read: what was handed out since is not in them.</param>
    /// <param name="rows">Its open attempts, and closed ones that nobody has proved gone.</param>
    public void TakeOver(IReadOnlyList<AttemptRef> before, IReadOnlySet<AttemptRef> rows)
    {
        lock (gate)
        {
            foreach (var attempt in before)
                if (!rows.Contains(attempt) && held.TryGetValue(attempt, out var holding) && !holding.IsLost)
                    LetGo(attempt);
            foreach (var attempt in rows)
                if (!held.TryGetValue(attempt, out var holding))
                {
                    held[attempt] = new(null);
                    Interlocked.Decrement(ref places);
                }
                else if (holding.IsStrange)
                    // Its place is taken already.
                    held[attempt] = new(null) { WasThere = true };
        }
    }

    /// <summary>
    /// What the rows alone tell of, at the second look in a row: its frame has gone down with whoever has handed it out. At the first it may be on its way.
    /// </summary>
    public IReadOnlyList<AttemptRef> NeverTold()
    {
        lock (gate)
        {
            var untold = held.Where(one => one.Value is { Assign: null, IsLost: false, WasThere: true }).Select(one => one.Key).ToList();
            foreach (var holding in held.Values)
                holding.WasThere = true;
            return untold;
        }
    }

    /// <summary>What was sent of it; null where this node has not sent it.</summary>
    public AssignFrame? AssignOf(AttemptRef attempt)
    {
        lock (gate)
            return held.GetValueOrDefault(attempt)?.Assign;
    }

    /// <summary>The worker holds it, and it is none of this session's: it occupies a place until it is let go of.</summary>
    public void HoldStrange(AttemptRef attempt)
    {
        lock (gate)
            if (held.TryAdd(attempt, new(null) { IsLost = true, IsStrange = true, WasThere = true }))
                Interlocked.Decrement(ref places);
    }

    /// <summary>What was sent and is not in the list of a worker that reads no more.</summary>
    /// <param name="unread">What was never sent.</param>
    public IReadOnlyList<AttemptRef> NeverArrived(IReadOnlyList<AttemptRef> unread)
    {
        lock (gate)
            return [.. neverArrived.Where(attempt => held.TryGetValue(attempt, out var holding) && !holding.IsStrange).Except(unread)];
    }
}

/// <summary>What a worker and its server do not agree in.</summary>
/// <param name="Missing">The server has it in the worker's hands, and the worker does not.</param>
/// <param name="Strange">The worker has it, and the server does not know of it.</param>
sealed record Differences(IReadOnlyList<AttemptRef> Missing, IReadOnlyList<AttemptRef> Strange);
