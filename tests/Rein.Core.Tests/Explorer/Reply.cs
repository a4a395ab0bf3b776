using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;

namespace Rein.Core.Tests.Explorer;

/// <summary>What one question to one state of a run came to: the next state, and what the world has to do with it.</summary>
sealed record Reply(Answer Answer, int Next)
{
    /// <summary>There was no such attempt, so there was no command.</summary>
    public static Reply Impossible { get; } = new(Answer.Unknown, -1);

    public bool Changes { get; init; }
    public sbyte Held { get; init; }
    public sbyte Blocked { get; init; }

    /// <summary>Which attempts are handed out, and which are told to stop: a bit for each slot.</summary>
    public int Assigns { get; init; }
    public int Stops { get; init; }

    public byte Duties { get; init; }
    public StartRun? Child { get; init; }

    /// <summary>What does not hold, in words; null when everything does.</summary>
    public string? Broken { get; init; }
}
