using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rein.Core.Stores;

namespace Rein.Server.Dialects;

/// <summary>
/// What lies beside runs and workflows is shared by the dialects: each has names of its own in it, and leaves those of others. Whoever only tells of it does without what cannot be
/// read; whoever writes does not write over it.
/// </summary>
static class SharedJson
{
    /// <summary>What cannot be read is as if it were not there.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return Parse(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>For who writes in its place.</summary>
    /// <exception cref="StoreException">It is no JSON, or something in it is not what it should be: damaged, or somebody else's. It may be all that is left of it.</exception>
    public static T? ReadToWrite<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return Parse(json, type);
        }
        catch (JsonException broken)
        {
            throw new StoreException($"What lies beside it cannot be read, and is not written over: {broken.Message}", broken);
        }
    }

    static T? Parse<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class => json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, type);
}
