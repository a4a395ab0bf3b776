namespace Rein.Core.Stores;

/// <summary>How far attempts say they are. Written by their appends, read here.</summary>
public interface IProgressStore
{
    /// <summary>What the latest try at each step has said last, by step; nothing of those that said nothing.</summary>
    Task<IReadOnlyList<ProgressRow>> Of(Guid run, CancellationToken cancel);

    /// <summary>The same of these steps alone.</summary>
    Task<IReadOnlyList<ProgressRow>> Of(Guid run, IReadOnlyCollection<string> steps, CancellationToken cancel);
}

/// <param name="Fence">Of the attempt that said it: a later one has said nothing yet.</param>
/// <param name="Number">Grows with each that the attempt says.</param>
/// <param name="Json">As it was appended.</param>
public sealed record ProgressRow(string Step, long Fence, long Number, DateTimeOffset At, ReadOnlyMemory<byte> Json);
