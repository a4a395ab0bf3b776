using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Runs;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Api.Requests;

/// <summary>
/// The fields of an object of a body, taken one by one and checked. What is wrong is collected, so that one refusal tells all there is
/// to mend. A null counts as not given.
/// </summary>
sealed class Fields
{
    const int MostLabels = 32;
    const int LongestLabel = 200;

    /// <summary>Labels that begin so are put by the server, which goes by them.</summary>
    public const string OwnLabels = "rein:";

    readonly JsonElement json;
    readonly string path;
    readonly List<string> known = [];

    public Fields(Body body) : this(body.Json, "", []) { }

    public Fields(JsonElement json, string path, List<ProblemError> errors)
    {
        this.json = json;
        this.path = path;
        Errors = errors;
        if (json.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            Add(ProblemCodes.BadField, path.Length == 0 ? "The body must be an object." : $"'{path}' must be an object.", path);
    }

    public List<ProblemError> Errors { get; }

    public JsonElement? Any(string name)
    {
        known.Add(name);
        return json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;
    }

    public string? Text(string name, int longest, int shortest = 0)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.String && value.GetString() is { } text && text.Length <= longest && text.Length >= shortest)
            return text;
        return Refuse<string>(name, $"must be a string of {shortest} to {longest} characters");
    }

    public int? Whole(string name, int least, int most)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        Refuse<string>(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public long? Long(string name, long least, long most)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
            return number;
        Refuse<string>(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    public double? Number(string name, double least, double most) => Number(name, "a number", least, most);

    double? Number(string name, string noun, double least, double most)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
            return number;
        Refuse<string>(name, $"must be {noun} from {least} to {most}");
        return null;
    }

    public TimeSpan? Seconds(string name, double least, double most) =>
        Number(name, "a number of seconds", least, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>An amount above 0, in micro-credits.</summary>
    public long? Credits(string name)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var credits) && Credit.From(credits) is > 0 and var micros)
            return micros;
        Refuse<string>(name, $"must be a number of credits above 0, at most {Credit.ToText(Credit.Most)}, with at most 6 decimals");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Refuse<string>(name, "must be true or false");
        return null;
    }

    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        if (Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.String && choices.TryGetValue(value.GetString()!, out var choice))
            return choice;
        Refuse<string>(name, $"must be one of {string.Join(", ", choices.Keys)}");
        return null;
    }

    /// <summary>A list of words; empty where there is none, or one of them is unknown.</summary>
    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        if (Any(name) is not { } value)
            return [];
        if (value.ValueKind is JsonValueKind.Array
            && value.EnumerateArray().All(word => word.ValueKind is JsonValueKind.String && choices.ContainsKey(word.GetString()!)))
            return [.. value.EnumerateArray().Select(word => choices[word.GetString()!])];
        Refuse<string>(name, $"must be an array of one or some of {string.Join(", ", choices.Keys)}");
        return [];
    }

    public ImmutableSortedDictionary<string, string> Labels(string name)
    {
        if (Any(name) is not { } value)
            return ImmutableSortedDictionary<string, string>.Empty;
        if (value.ValueKind is JsonValueKind.Object && value.GetPropertyCount() <= MostLabels && value.EnumerateObject().All(IsLabel))
            return value.EnumerateObject().ToImmutableSortedDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);
        Refuse<string>(name, $"must be an object of at most {MostLabels} strings; names have 1 to {LongestLabel} characters and do not begin with '{OwnLabels}', values have at most {LongestLabel}");
        return ImmutableSortedDictionary<string, string>.Empty;
    }

    static bool IsLabel(JsonProperty label) =>
        label.Name.Length is > 0 and <= LongestLabel && !label.Name.StartsWith(OwnLabels, StringComparison.Ordinal) && label.Value.ValueKind is JsonValueKind.String && label.Value.GetString()!.Length <= LongestLabel;

    public IReadOnlyList<JsonElement> List(string name, int least, int most)
    {
        if (Any(name) is { ValueKind: JsonValueKind.Array } value && value.GetArrayLength() >= least && value.GetArrayLength() <= most)
            return [.. value.EnumerateArray()];
        Refuse<string>(name, $"must be an array of {least} to {most} entries");
        return [];
    }

    public IReadOnlyList<string> Texts(string name, int least, int most, int longest)
    {
        var list = List(name, least, most);
        if (list.All(text => text.ValueKind is JsonValueKind.String && text.GetString()!.Length > 0 && text.GetString()!.Length <= longest))
            return [.. list.Select(text => text.GetString()!)];
        Refuse<string>(name, $"must be strings of 1 to {longest} characters");
        return [];
    }

    /// <summary>The fields of an object below this one; what is wrong with them is wrong with this.</summary>
    /// <param name="at">Where: a name, or a name and a number.</param>
    public Fields Under(string at, JsonElement value) => new(value, $"{path}/{at}", Errors);

    /// <summary>To be called last: whatever was not asked for means nothing here.</summary>
    public void RefuseOthers()
    {
        if (json.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var member in json.EnumerateObject())
            if (!known.Contains(member.Name))
                Add(ProblemCodes.UnknownField, $"There is no field '{Cut(member.Name)}'; known are {string.Join(", ", known)}.", Pointer.Under(path, member.Name));
    }

    public void Missing(string name, string what) => Add(ProblemCodes.BadField, $"'{name}' is missing: {what}.", Pointer.Under(path, name));

    /// <summary>Everything that is wrong, or null.</summary>
    public Refusal? Refusal => Errors.Count == 0 ? null : Refusal.Of(OverallCode, Errors);

    /// <summary>What is wrong with the body goes before what is wrong with the input in it.</summary>
    string OverallCode =>
        Errors.Find(error => error.Code is ProblemCodes.BadField or ProblemCodes.UnknownField)?.Code ?? ProblemCodes.InvalidInput;

    public void Refuse(string name, string what) => Refuse<string>(name, what);

    T? Refuse<T>(string name, string what) where T : class
    {
        Add(ProblemCodes.BadField, $"'{name}' {what}.", Pointer.Under(path, name));
        return null;
    }

    void Add(string code, string message, string where)
    {
        // A megabyte of mistakes must not become ten megabytes of answer.
        if (Errors.Count < 100)
            Errors.Add(new(code, message, where));
    }

    static string Cut(string text) => text.Length <= 80 ? text : text[..79] + "…";
}
