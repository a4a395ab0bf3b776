namespace Rein.Server.Api.Requests;

/// <summary>A run's id in an address. What is no id at all is taken as one that nobody has: both are answered alike.</summary>
/// <param name="Text">As it was asked for; an answer repeats it.</param>
readonly record struct RunId(Guid Value, string Text)
{
    public static bool TryParse(string? text, out RunId id)
    {
        id = new(Guid.TryParse(text, out var value) ? value : Guid.Empty, text ?? "");
        return true;
    }
}
