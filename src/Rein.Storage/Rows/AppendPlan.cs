using System.Collections.Immutable;
using System.Text;
using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>What an append comes to, given how far the attempt's rows go: what is stored already is only acknowledged again, and after a gap nothing is taken.</summary>
/// <param name="Rows">The rows to insert, numbered from <paramref name="FirstSeq"/>.</param>
/// <param name="HaveUpTo">The last sequence number after it.</param>
/// <param name="Bytes">Bytes of the attempt's log after it.</param>
readonly record struct AppendPlan(ImmutableArray<ReadOnlyMemory<byte>> Rows, long FirstSeq, long HaveUpTo, long Bytes)
{
    public bool IsEmpty => HaveUpTo < FirstSeq;

    /// <param name="cap">Bytes of log per attempt; what goes beyond is cut, with a mark in its place.</param>
    public static AppendPlan For(Append entry, long have, long bytes, long cap)
    {
        var last = entry.FirstSeq + entry.Rows.Length - 1;
        if (entry.FirstSeq > have + 1 || last <= have)
            return new([], have + 1, have, bytes);
        var fresh = entry.Rows.Slice((int)(have + 1 - entry.FirstSeq), (int)(last - have));
        return entry.Kind is AppendKind.Item
            ? new(fresh, have + 1, last, bytes)
            : Cut(fresh, have + 1, last, bytes, cap);
    }

    /// <summary>What is cut counts as received: its sender must not send it again.</summary>
    static AppendPlan Cut(ImmutableArray<ReadOnlyMemory<byte>> rows, long first, long last, long bytes, long cap)
    {
        var kept = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(rows.Length);
        foreach (var row in rows)
        {
            var before = bytes;
            bytes += row.Length;
            if (bytes <= cap)
                kept.Add(row);
            else if (before <= cap)
                kept.Add(Mark(cap));
        }
        return new(kept.DrainToImmutable(), first, last, bytes);
    }

    static byte[] Mark(long cap) => Encoding.UTF8.GetBytes($"[cut here: the log of this attempt has reached {cap} bytes]\n");
}
