using System.Text;
using System.Text.Json;
using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>The results of an attempt, one by one. What was added is durable when the attempt has ended; after the fence nothing is taken.</summary>
public sealed class ItemWriter
{
    /// <summary>The largest item, in bytes.</summary>
    public const int MaxItem = 1 << 20;

    readonly Rows rows;
    readonly SecretMask? mask;

    internal ItemWriter(Rows rows, SecretMask? mask) => (this.rows, this.mask) = (rows, mask);

    /// <summary>Adds one item. Waits only when thousands are not durable yet.</summary>
    /// <param name="json">A JSON value, UTF-8, which must not change afterwards. At most 1 MB.</param>
    /// <exception cref="ArgumentException">It is too large, or no JSON: one such row would make all of the run's items unreadable.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask Add(ReadOnlyMemory<byte> json)
    {
        if (!WireJson.IsSound(json.Span))
            throw new ArgumentException("An item is one JSON value in UTF-8; this is none.", nameof(json));
        return AddBounded(json);
    }

    /// <summary>Adds a text as a JSON string.</summary>
    /// <exception cref="ArgumentException">It is longer than 1 MB as JSON.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask AddText(string text) => AddBounded(Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\""));

    /// <summary>Adds a value as JSON, with names in camelCase.</summary>
    /// <exception cref="ArgumentException">It is longer than 1 MB as JSON.</exception>
    /// <exception cref="OperationCanceledException">The attempt is fenced.</exception>
    public ValueTask AddValue<T>(T value) => AddBounded(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    ValueTask AddBounded(ReadOnlyMemory<byte> json) =>
        json.Length <= MaxItem
            ? rows.Add(mask?.Json(json) ?? json)
            : throw new ArgumentException($"An item has at most {MaxItem} bytes; this one has {json.Length}.", nameof(json));

    internal bool IsHeldBack => rows.IsHeldBack;

    internal bool IsRefused => rows.IsRefused;

    internal Task Flushed() => rows.Flushed();
}
