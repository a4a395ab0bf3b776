using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>Reads the members of one JSON object and says what is wrong with each, in the name of its owner.
/// A member that is null counts as absent.</summary>
sealed class Fields(JsonElement element, string owner, string path, string code, FaultList faults)
{
    public JsonElement Element => element;

    public string Owner => owner;

    public string Path => path;

    public FaultList Faults => faults;

    public JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public int? Whole(string name, int least, int most)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var whole) && whole >= least && whole <= most) return whole;
        Refuse(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public double? Number(string name, double least, double most)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
            return number;
        Refuse(name, $"must be a number from {least} to {most}");
        return null;
    }

    public string? Text(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.String) return value.GetString();
        Refuse(name, "must be a string");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Refuse(name, "must be true or false");
        return null;
    }

    public string? Choice(string name, params ReadOnlySpan<string> choices)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.String && choices.Contains(value.GetString()!)) return value.GetString();
        Refuse(name, $"must be one of {string.Join(", ", choices!)}");
        return null;
    }

    public Fields? Inner(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.Object) return new Fields(value, $"{owner}: {name}", Said.Under(path, name), code, faults);
        Refuse(name, "must be an object");
        return null;
    }

    public IEnumerable<string> Beyond(params IEnumerable<string> known) =>
        element.EnumerateObject().Select(m => m.Name).Except(known, StringComparer.Ordinal);

    // A typo such as 'maxAtemps' must not be lost silently.
    public void RefuseOthers(IReadOnlyCollection<string> known)
    {
        foreach (var name in Beyond(known))
        {
            var message = $"{owner} has an unknown field {Said.Quote(name)}; it takes {string.Join(", ", known)}.";
            faults.Add(code, message, Said.Under(path, name));
        }
    }

    public void Refuse(string name, string what) => faults.Add(code, $"{owner}: {Said.Quote(name)} {what}.", Said.Under(path, name));
}
