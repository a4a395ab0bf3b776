using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rein.Server.Commits;

/// <summary>
/// Makes the ids of runs: UUIDv7, each larger than the one before, also within a millisecond (a counter behind the time, RFC 9562 §6.2, method 1). So what was started
/// first is the older one in every list. Those of several nodes are in the order of their clocks.
/// </summary>
sealed class RunIds(TimeProvider time)
{
    const int CounterBits = 20;

    /// <summary>A clock that was further ahead than this was wrong, and is not held on to.</summary>
    static readonly long s_mostBehind = (long)TimeSpan.FromMinutes(1).TotalMilliseconds << CounterBits;

    /// <summary>Milliseconds since 1970, and behind them the counter: one that overflows goes on in the next millisecond.</summary>
    long last;

    public Guid Next()
    {
        Span<byte> random = stackalloc byte[12];
        RandomNumberGenerator.Fill(random);
        var place = (ulong)Take(time.GetUtcNow().ToUnixTimeMilliseconds() << CounterBits, BinaryPrimitives.ReadInt32BigEndian(random));
        // 48 bits of time, the version, 12 bits of the counter; the variant, its last 8, and what is random.
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, (place >> CounterBits << 16) | 0x7000 | (place >> 8 & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], (2UL << 62) | ((place & 0xFF) << 54) | (BinaryPrimitives.ReadUInt64BigEndian(random[4..]) >> 10));
        return new(id, bigEndian: true);
    }

    /// <summary>A millisecond begins at a random place in the lower half, so that nodes do not count alike.</summary>
    long Take(long now, int random)
    {
        var begin = now | (random & ((1L << (CounterBits - 1)) - 1));
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = now >> CounterBits > before >> CounterBits || before - now > s_mostBehind ? begin : before + 1;
            if (Interlocked.CompareExchange(ref last, next, before) == before)
                return next;
        }
    }
}
