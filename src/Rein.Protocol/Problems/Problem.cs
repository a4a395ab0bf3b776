using System.Text.Json.Serialization;

namespace Rein.Protocol.Problems;

/// <summary>A refusal, as RFC 9457 wants it: <c>application/problem+json</c>.</summary>
public sealed record Problem
{
    /// <summary>The media type of problems.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary><c>urn:rein:problem:CODE</c>.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The same sentence for every problem of this code.</summary>
    public string Title { get; init; } = "";

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; }

    /// <summary>Stable; one of <see cref="ProblemCodes"/>.</summary>
    public string Code { get; init; } = "";

    /// <summary>What is wrong this time, and what would be right.</summary>
    public string? Detail { get; init; }

    /// <summary>Everything that was found wrong, where it may be more than one thing.</summary>
    public IReadOnlyList<ProblemError>? Errors { get; init; }

    /// <summary>What to look for in the server's log.</summary>
    public Guid? Id { get; init; }

    /// <summary>The answer of the closed set that this problem stands for: <c>not_found</c> for a stop.</summary>
    public string? Answer { get; init; }

    /// <summary>The problem of a code, as the table says it.</summary>
    /// <param name="code">One of <see cref="ProblemCodes"/>.</param>
    /// <param name="detail">What is wrong this time.</param>
    /// <exception cref="KeyNotFoundException">The table has no such code.</exception>
    public static Problem Of(string code, string? detail = null)
    {
        var kind = ProblemTable.Of(code);
        return new() { Type = "urn:rein:problem:" + code, Title = kind.Title, Status = kind.Status, Code = code, Detail = detail };
    }
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Code">Stable; in the table as well.</param>
/// <param name="Message">One sentence that names the thing and says what would be right.</param>
/// <param name="Path">Where, as a JSON pointer into what was sent, or the name of a parameter.</param>
public sealed record ProblemError(string Code, string Message, [property: JsonPropertyName("path")] string? Path);
