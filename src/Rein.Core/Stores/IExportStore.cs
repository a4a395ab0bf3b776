namespace Rein.Core.Stores;

/// <summary>The accounts of what runs collected. One is owed from the end of a run with items (the duty `export`), and made once.</summary>
public interface IExportStore
{
    /// <summary>How many of a run's items differ, byte for byte.</summary>
    Task<long> CountDistinct(Guid run, CancellationToken cancel);

    /// <summary>Keeps the account and deletes the duty, in one transaction. An account that is there already stays as it is.</summary>
    Task Keep(long duty, Guid run, Manifest manifest, CancellationToken cancel);

    /// <summary>Gives the account up, says why where the run is read, and deletes the duty, in one transaction.</summary>
    Task Fail(long duty, Guid run, string error, CancellationToken cancel);

    /// <summary>An account that was given up is owed anew.</summary>
    /// <returns>False: it was not given up, and nothing has changed.</returns>
    Task<bool> Ask(Guid organization, Guid run, CancellationToken cancel);
}

/// <summary>What is said of a run's items once none can be added any more.</summary>
/// <param name="Distinct">How many of them differ, byte for byte.</param>
/// <param name="Bytes">The length of the file of lines.</param>
/// <param name="Sha256">Over that file, in lower-case hex.</param>
public sealed record Manifest(long Items, long Distinct, long Bytes, string Sha256)
{
    public static Manifest Empty { get; } = new(0, 0, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

public enum ExportState
{
    /// <summary>The run has ended, and its items are still to be counted.</summary>
    Due,
    Done,

    /// <summary>Given up after several tries; it may be asked for again.</summary>
    Failed,
}

/// <param name="At">When it was made, or given up; null while it is due.</param>
public sealed record ExportView(ExportState State, DateTimeOffset? At = null)
{
    public Manifest? Manifest { get; init; }
    public string? Error { get; init; }

    /// <summary>Of a run without an account of its own: it is owed from the end, unless there is nothing to count.</summary>
    public static ExportView? Of(Runs.Run run) => run switch
    {
        { HasEnded: false } => null,
        { Items: > 0 } => new(ExportState.Due),
        _ => new(ExportState.Done, run.EndedAt) { Manifest = Manifest.Empty },
    };
}
