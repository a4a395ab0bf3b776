namespace Rein.Core.Runs;

/// <summary>
/// What the control kinds of one decision have read, compared and written, in bytes of JSON. A decision is bounded by it, because everybody's stop waits for
/// it: what comes behind <see cref="Most"/> is left for a decision of its own.
/// </summary>
sealed class Effort
{
    /// <summary>A step that has begun is decided to its end, so a decision may go beyond it by one step's.</summary>
    public const long Most = 8 << 20;

    public long Bytes;

    public bool IsEnough => Bytes > Most;
}
