using System.Globalization;
using System.Reflection;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Api.Requests;

/// <summary>The parameters behind the question mark, taken one by one and checked like the fields of a body.</summary>
sealed class Query(IQueryCollection given)
{
    readonly List<string> known = [];
    readonly List<ProblemError> errors = [];

    public static ValueTask<Query?> BindAsync(HttpContext context, ParameterInfo parameter) => new(new Query(context.Request.Query));

    public string? Text(string name)
    {
        known.Add(name);
        return given.TryGetValue(name, out var values) && values.Count > 0 ? values[^1] : null;
    }

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Refuse<bool>(name, "must be true or false"),
    };

    public long? Whole(string name, long least, long most)
    {
        if (Text(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Refuse<long>(name, $"must be a whole number from {least} to {most}");
    }

    public DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : Refuse<DateTimeOffset>(name, "must be a time like 2026-01-31T12:00:00Z");
    }

    public int Count(int usual, int most) => (int)(Whole("limit", 1, most) ?? usual);

    /// <summary>How long to wait: <c>10s</c>, <c>500ms</c>, or a number of seconds; at most a minute.</summary>
    public TimeSpan? Wait()
    {
        const double longest = 60;
        if (Text("wait") is not { } text)
            return null;
        var isMillis = text.EndsWith("ms", StringComparison.Ordinal);
        var number = isMillis ? text[..^2] : text.EndsWith('s') ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && (isMillis ? value / 1000 : value) is >= 0 and <= longest and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : Refuse<TimeSpan>("wait", "must be a time like 10s or 500ms, at most 60s");
    }

    public T? Choice<T>(string name, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        return choices.TryGetValue(text, out var choice) ? choice : Refuse<T>(name, $"must be one of {string.Join(", ", choices.Keys)}");
    }

    /// <summary>Several values, as a list with commas or by repeating the parameter.</summary>
    public IReadOnlyList<T> Choices<T>(string name, IReadOnlyDictionary<string, T> choices) where T : struct
    {
        known.Add(name);
        var chosen = new List<T>();
        foreach (var text in given[name].SelectMany(values => values?.Split(',') ?? []))
            if (choices.TryGetValue(text, out var choice))
                chosen.Add(choice);
            else
                Refuse<T>(name, $"must be one or some of {string.Join(", ", choices.Keys)}");
        return chosen;
    }

    public T? Refuse<T>(string name, string what) where T : struct
    {
        errors.Add(new(ProblemCodes.BadParameter, $"'{name}' {what}.", name));
        return null;
    }

    /// <summary>What is wrong with those that were asked for; others are passed over.</summary>
    public Refusal? RefusalOfKnown() => errors.Count == 0 ? null : Problems.Refusal.Of(errors[0].Code, errors);

    /// <summary>To be asked last: whatever was not asked for means nothing here.</summary>
    public Refusal? Refusal()
    {
        foreach (var name in given.Keys)
            if (!known.Contains(name))
                errors.Add(new(ProblemCodes.UnknownParameter, $"There is no parameter '{name}'; known are {string.Join(", ", known)}.", name));
        return RefusalOfKnown();
    }
}
