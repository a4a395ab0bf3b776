namespace Rein.Core.Faults;

/// <summary>An expected refusal, spoken in the user's own names.</summary>
/// <param name="Code">One of <see cref="FaultCodes"/>; stable, part of the API.</param>
/// <param name="Message">One sentence that names the thing and says what would be right.</param>
/// <param name="Path">Where, as a JSON pointer into what the user sent (<c>/nodes/hash/payload/command/0</c>).</param>
public sealed record Fault(string Code, string Message, string? Path = null);
