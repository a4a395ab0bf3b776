using System.Text;
using System.Text.Json;

namespace Rein.Worker.Reporting;

/// <summary>The results of an attempt, one by one. What was added is durable when the attempt has ended; after the fence nothing is taken.</summary>
public sealed class ItemWriter
{
    readonly Rows rows;

    internal ItemWriter(Rows rows) => this.rows = rows;

    /// <summary>Adds one item. Waits only when thousands are not durable yet.</summary>
    /// <param name="json">A JSON value, UTF-8, which must not change afterwards. At most 1 MB.</param>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask Add(ReadOnlyMemory<byte> json) => rows.Add(json);

    /// <summary>Adds a text as a JSON string.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask AddText(string text) => rows.Add(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\""));

    internal Task Flushed() => rows.Flushed();
}

/// <summary>The log of an attempt, in chunks.</summary>
public sealed class LogWriter
{
    /// <summary>The largest chunk, in bytes.</summary>
    public const int MaxChunk = 64 * 1024;

    readonly Rows rows;

    internal LogWriter(Rows rows) => this.rows = rows;

    /// <summary>Adds a line.</summary>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask Write(string line) => WriteChunk(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Adds text as it is.</summary>
    /// <param name="utf8">At most <see cref="MaxChunk"/> bytes; must not change afterwards.</param>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask WriteChunk(ReadOnlyMemory<byte> utf8) => rows.Add(utf8);

    internal Task Flushed() => rows.Flushed();
}
