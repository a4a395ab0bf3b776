using System.Text;
using System.Text.Unicode;
using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>The log of an attempt, in chunks. Values of secrets in its payload are masked, wherever they are cut.</summary>
public sealed class LogWriter
{
    /// <summary>The largest chunk, in bytes.</summary>
    public const int MaxChunk = 64 * 1024;

    readonly Rows rows;
    readonly SecretMask? mask;
    readonly MaskedText? masked;
    readonly List<LogWriter> others = [];
    readonly Lock gate = new();

    internal LogWriter(Rows rows, SecretMask? mask)
    {
        (this.rows, this.mask) = (rows, mask);
        masked = mask is null ? null : new(mask);
    }

    /// <summary>A writer into the same log, for one of several streams: what another one says between two chunks does not hide a secret that was cut.</summary>
    public LogWriter Separate()
    {
        if (mask is null)
            return this;
        var other = new LogWriter(rows, mask);
        lock (gate)
            others.Add(other);
        return other;
    }

    /// <summary>Adds a line; one that is longer than a chunk, in several.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public async ValueTask Write(string line)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
        for (; rest.Length > MaxChunk; rest = rest[MaxChunk..])
            await WriteChunk(rest[..MaxChunk]);
        await WriteChunk(rest);
    }

    /// <summary>Adds text as it is.</summary>
    /// <param name="utf8">At most <see cref="MaxChunk"/> bytes; must not change afterwards.</param>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    /// <exception cref="ArgumentException">It is longer.</exception>
    public ValueTask WriteChunk(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxChunk)
            throw new ArgumentException($"A chunk has at most {MaxChunk} bytes; this one has {utf8.Length}.", nameof(utf8));
        if (masked is null)
            return Put(utf8);
        lock (gate)
            return AddAll(masked.Next(utf8.Span));
    }

    /// <summary>What was held back before may make it longer than a chunk.</summary>
    ValueTask AddAll(ReadOnlyMemory<byte> utf8)
    {
        var last = ValueTask.CompletedTask;
        for (; utf8.Length > 0; utf8 = utf8[Math.Min(MaxChunk, utf8.Length)..])
            last = Put(utf8[..Math.Min(MaxChunk, utf8.Length)]);
        return last;
    }

    /// <summary>What is no text becomes a replacement character of three bytes for each of its own, and would be longer than a chunk where it arrives.</summary>
    ValueTask Put(ReadOnlyMemory<byte> utf8)
    {
        const int Piece = MaxChunk / 3;
        if (utf8.Length <= Piece || Utf8.IsValid(utf8.Span))
            return rows.Add(utf8);
        for (; utf8.Length > Piece; utf8 = utf8[Piece..])
            _ = rows.Add(utf8[..Piece]).AsTask();
        return rows.Add(utf8);
    }

    internal bool IsHeldBack => rows.IsHeldBack;

    internal bool IsRefused => rows.IsRefused;

    /// <summary>Nothing more is written: what was held back is said.</summary>
    internal void Finish()
    {
        if (masked is null)
            return;
        lock (gate)
        {
            foreach (var other in others)
                other.Finish();
            try
            {
                _ = AddAll(masked.Rest()).AsTask();
            }
            catch (OperationCanceledException)
            {
                // Fenced: nobody takes it.
            }
        }
    }

    internal Task Flushed() => rows.Flushed();
}
