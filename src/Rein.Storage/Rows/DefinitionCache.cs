using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Rein.Core.Definitions;

namespace Rein.Storage.Rows;

/// <summary>Definitions that were stored or read, by hash, parsed once. Shared by all connections of a store.</summary>
sealed class DefinitionCache
{
    // Inline definitions may all differ; above this many everything is forgotten, and read again as needed.
    const int Most = 4096;

    /// <summary>How long somebody may rely on it that a definition is stored. Much shorter than what is unused is kept.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(20);

    readonly ConcurrentDictionary<DefinitionHash, (Definition Definition, long StoredAt)> known = new();

    public bool TryGet(DefinitionHash hash, [NotNullWhen(true)] out Definition? definition)
    {
        var isKnown = known.TryGetValue(hash, out var entry);
        definition = entry.Definition;
        return isKnown;
    }

    /// <summary>It was stored lately. That somebody has read it says nothing: it may have been deleted since.</summary>
    public bool Knows(Definition definition) =>
        known.TryGetValue(DefinitionHash.Of(definition), out var entry) && entry.StoredAt != 0 && Stopwatch.GetElapsedTime(entry.StoredAt) < Fresh;

    /// <summary>Only after the commit that stored it.</summary>
    public void Add(Definition definition)
    {
        MakeRoom();
        known[DefinitionHash.Of(definition)] = (definition, Stopwatch.GetTimestamp());
    }

    public void Forget(DefinitionHash hash) => known.TryRemove(hash, out _);

    void MakeRoom()
    {
        if (known.Count >= Most)
            known.Clear();
    }

    /// <summary>For who wants to start something of it, and not only to stop it.</summary>
    public static Definition Sound(Definition definition) =>
        definition == Definition.Lost ? throw new InvalidDataException("The definition is not stored, or cannot be read.") : definition;

    /// <summary>One that cannot be read keeps nobody from stopping its runs.</summary>
    public Definition Add(DefinitionHash hash, ReadOnlySpan<byte> json)
    {
        var parsed = Definition.Parse(json, KindCatalog.Any);
        if (!parsed.IsValid)
            return Definition.Lost;
        MakeRoom();
        return known.GetOrAdd(hash, (parsed.Value, 0)).Definition;
    }
}
