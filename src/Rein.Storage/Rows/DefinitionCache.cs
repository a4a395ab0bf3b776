using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Rein.Core.Definitions;

namespace Rein.Storage.Rows;

/// <summary>Definitions that are known to be stored, by hash, parsed once. Shared by all connections of a store.</summary>
sealed class DefinitionCache
{
    // Inline definitions may all differ; above this many everything is forgotten, and read again as needed.
    const int Most = 4096;

    readonly ConcurrentDictionary<DefinitionHash, Definition> known = new();

    public bool TryGet(DefinitionHash hash, [NotNullWhen(true)] out Definition? definition) => known.TryGetValue(hash, out definition);

    public bool Knows(Definition definition) => known.ContainsKey(DefinitionHash.Of(definition));

    /// <summary>Only after the commit that stored it.</summary>
    public void Add(Definition definition)
    {
        if (known.Count >= Most)
            known.Clear();
        known[DefinitionHash.Of(definition)] = definition;
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
        Add(parsed.Value);
        return parsed.Value;
    }
}
