using System.Globalization;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;

namespace Rein.Server.Problems;

/// <summary>The answer of an endpoint that refuses: a problem with a stable code.</summary>
sealed class Refusal(Problem problem, TimeSpan? retryAfter = null) : IResult
{
    public Problem Problem => problem;

    public static Refusal Of(string code, string? detail = null) => new(Problem.Of(code, detail));

    /// <summary>The request is refused for everything that is wrong with it at once; the first thing speaks for all.</summary>
    public static Refusal Of(string code, IReadOnlyList<ProblemError> errors) =>
        new(Problem.Of(code, errors[0].Message) with { Errors = errors });

    public static Refusal NoRun(RunId run) => Of(ProblemCodes.RunNotFound, $"There is no run '{Shown.Of(run.Text)}'.");

    /// <summary>Says when it is worth trying again, in whole seconds.</summary>
    public Refusal After(TimeSpan wait) => new(problem, wait);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        AddHeaders(response.Headers);
        if (httpContext.Features.Get<IProblemShape>() is { } shape)
            return shape.Write(httpContext, problem);
        return response.WriteAsJsonAsync(problem, ProtocolJson.Default.Problem, Problem.MediaType, httpContext.RequestAborted);
    }

    void AddHeaders(IHeaderDictionary headers)
    {
        if (problem.Code is ProblemCodes.Unauthenticated)
            headers.WWWAuthenticate = "Bearer";
        else if (problem.Code is ProblemCodes.Busy)
            headers.RetryAfter = "1";
        if (retryAfter is { } wait)
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = "no-store";
    }
}
