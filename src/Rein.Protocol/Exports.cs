namespace Rein.Protocol;

/// <summary>The file of a run's items, while it is read.</summary>
public sealed record ExportFile : IDisposable
{
    /// <summary>How many items are in it.</summary>
    public long Items { get; init; }

    /// <summary>SHA-256 over the NDJSON file, in lower-case hex; whichever form this one has.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>What the server would call it.</summary>
    public string FileName { get; init; } = "";

    /// <summary>
    /// The file. A connection that breaks off throws, and never looks like the end: of the NDJSON form the length is known, the others end with a
    /// last chunk.
    /// </summary>
    public Stream Content { get; init; } = Stream.Null;

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();
}

/// <summary>A file that was saved.</summary>
public sealed record SavedExport
{
    /// <summary>Where it is.</summary>
    public string File { get; init; } = "";

    /// <summary><c>ndjson</c>, <c>json</c> or <c>csv</c>.</summary>
    public string Format { get; init; } = "";

    /// <summary>How many items are in it.</summary>
    public long Items { get; init; }

    /// <summary>SHA-256 over the NDJSON file, in lower-case hex; of that form it was compared with what was saved.</summary>
    public string Sha256 { get; init; } = "";
}
