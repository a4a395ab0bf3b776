using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>How one thing ended.</summary>
/// <param name="Rung">How far it took; null when it ended by itself and left nothing.</param>
/// <param name="ExitCode">Of a process: its exit code, or 128 + n for signal n; null for anything else and while it lives.</param>
/// <param name="Containment">What held it together.</param>
/// <param name="Residuals">What is left. Empty: it is proved gone.</param>
public sealed record Ending(Rung? Rung, int? ExitCode, Containment Containment, IReadOnlyList<Residual> Residuals)
{
    /// <summary>It ended by itself, was no process, and left nothing.</summary>
    public static readonly Ending ByItself = new(null, null, Containment.None, []);
}
