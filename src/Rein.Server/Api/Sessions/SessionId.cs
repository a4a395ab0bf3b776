using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

/// <summary>A session's id in an address. What is no id at all is taken as one that nobody has.</summary>
/// <param name="Text">As it was asked for; an answer repeats it.</param>
readonly record struct SessionId(Guid Value, string Text)
{
    public static bool TryParse(string? text, out SessionId id)
    {
        id = new(Guid.TryParse(text, out var value) ? value : Guid.Empty, text ?? "");
        return true;
    }

    public Refusal NotFound => Refusal.Of(ProblemCodes.SessionNotFound, $"There is no session '{Shown.Of(Text)}', or it is over.");
}
