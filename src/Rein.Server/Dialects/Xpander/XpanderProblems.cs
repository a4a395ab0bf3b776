using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Refusals: a sentence; and for what was sent and cannot be taken (422) a list of what is wrong, and where.</summary>
sealed class XpanderProblems : IProblemShape
{
    public Task Write(HttpContext context, Problem problem)
    {
        if (problem.Code is ProblemCodes.MalformedJson)
            return Write(context, [new([Word("body")], problem.Detail ?? problem.Title, "json_invalid")]);
        if (problem.Code is not (ProblemCodes.BadField or ProblemCodes.UnknownField or ProblemCodes.BadParameter or ProblemCodes.InvalidInput or ProblemCodes.InvalidDefinition))
            return context.Response.WriteAsJsonAsync(
                new ErrorDocument { Detail = problem.Detail ?? problem.Title }, XpanderWire.Json.ErrorDocument, "application/json", context.RequestAborted);
        var errors = problem.Errors ?? [new(problem.Code, problem.Detail ?? problem.Title, null)];
        return Write(context, [.. errors.Select(error => new InvalidDetail(Loc(error.Path, problem.Code), error.Message, error.Code))]);
    }

    /// <summary>What stands in an address and is no id.</summary>
    public static IResult BadId(string name) => new Invalid(new([Word("path"), Word(name)], "Input should be a valid UUID", "uuid_parsing"));

    /// <summary>A field of the body that alone is wrong.</summary>
    public static IResult BadField(string name, string message) => new Invalid(new([Word("body"), Word(name)], message, "value_error"));

    /// <summary>A pointer into the body, or the name of a parameter.</summary>
    static List<JsonElement> Loc(string? path, string code)
    {
        if (code is ProblemCodes.BadParameter)
            return path is null ? [Word("query")] : [Word("query"), Word(path)];
        var loc = new List<JsonElement> { Word("body") };
        foreach (var part in path?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [])
            loc.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _) && (part.Length == 1 || part[0] != '0') ? JsonElement.Parse(part) : Word(part));
        return loc;
    }

    static JsonElement Word(string word) => JsonElement.Parse(JsonValue.Create(word).ToJsonString());

    static Task Write(HttpContext context, IReadOnlyList<InvalidDetail> details)
    {
        context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return context.Response.WriteAsJsonAsync(
            new InvalidDocument { Detail = details }, XpanderWire.Json.InvalidDocument, "application/json", context.RequestAborted);
    }

    sealed class Invalid(InvalidDetail detail) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Write(httpContext, [detail]);
    }
}
