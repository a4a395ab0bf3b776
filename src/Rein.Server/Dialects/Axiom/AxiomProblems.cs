using Microsoft.Extensions.DependencyInjection;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom;

/// <summary>Refusals: a status of HTTP, and a sentence. Where the operator says so, the sentence alone.</summary>
sealed class AxiomProblems : IProblemShape
{
    public Task Write(HttpContext context, Problem problem)
    {
        // That of a refusal without a key says how ours is sent.
        context.Response.Headers.Remove("WWW-Authenticate");
        var status = problem.Status is StatusCodes.Status422UnprocessableEntity ? StatusCodes.Status400BadRequest : problem.Status;
        return Write(context, status, MessageOf(context, problem));
    }

    /// <summary>A refusal that has no like among ours.</summary>
    public static IResult Refuse(int status, string message) => new Refused(status, message);

    static string MessageOf(HttpContext context, Problem problem) => problem.Code switch
    {
        ProblemCodes.Unauthenticated when BodyKey.HasSaidOne(context) => "Invalid key",
        ProblemCodes.Unauthenticated => "Unable to authenticate, you must send an API key.",
        ProblemCodes.RateLimited or ProblemCodes.Busy => "Rate limit exceeded. Try again in a few seconds.",
        ProblemCodes.WorkflowNotFound => "Task not found, please check the name and try again.",
        ProblemCodes.RunNotFound or ProblemCodes.LinkNotFound => "Run not found",
        _ => (problem.Detail ?? problem.Title) + (problem.Id is { } id ? $" ({id})" : ""),
    };

    /// <summary>What is worth trying again keeps its status: clients go by it.</summary>
    static Task Write(HttpContext context, int status, string message)
    {
        var isTold = status is StatusCodes.Status429TooManyRequests or >= 500 || !context.RequestServices.GetRequiredService<AxiomSettings>().ErrorsAreOk;
        context.Response.StatusCode = isTold ? status : StatusCodes.Status200OK;
        return context.Response.WriteAsJsonAsync(new ErrorDocument { Message = message }, AxiomWire.Json.ErrorDocument, "application/json", context.RequestAborted);
    }

    sealed class Refused(int status, string message) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            return Write(httpContext, status, message);
        }
    }
}
