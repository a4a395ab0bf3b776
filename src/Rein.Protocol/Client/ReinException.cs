using Rein.Protocol.Problems;

namespace Rein.Protocol;

/// <summary>A request was refused, or no answer came.</summary>
public sealed class ReinException : Exception
{
    /// <summary>The refusal of a problem.</summary>
    /// <param name="problem">What the server said, or the client where no server did.</param>
    /// <param name="inner">What was behind it.</param>
    public ReinException(Problem problem, Exception? inner = null) : base(Say(problem), inner) => Problem = problem;

    /// <summary>Stable; one of <see cref="ProblemCodes"/>.</summary>
    public string Code => Problem.Code;

    /// <summary>The HTTP status; 0 when no server of this kind answered.</summary>
    public int Status => Problem.Status;

    /// <summary>The whole refusal.</summary>
    public Problem Problem { get; }

    static string Say(Problem problem) => problem.Detail is null ? $"{problem.Title} ({problem.Code})" : $"{problem.Title} {problem.Detail} ({problem.Code})";
}
