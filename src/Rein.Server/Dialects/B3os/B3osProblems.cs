using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.B3os;

/// <summary>Refusals: a number, a sentence, and what is wrong in detail.</summary>
sealed class B3osProblems : IProblemShape
{
    public const int InvalidDefinition = 400_228;
    public const int NotManual = 400_229;
    public const int BadRunId = 400_078;
    public const int RunIdTaken = 400_079;

    public Task Write(HttpContext context, Problem problem)
    {
        var status = problem.Status is StatusCodes.Status422UnprocessableEntity ? StatusCodes.Status400BadRequest : problem.Status;
        var code = problem.Code is ProblemCodes.InvalidDefinition ? InvalidDefinition : status;
        var details = problem.Errors?.Select(error => new ErrorDetail { Code = error.Code, Message = error.Message, Path = error.Path });
        return Write(context, status, new()
        {
            Code = code, Message = problem.Detail ?? problem.Title, Details = [.. details ?? []], RequestId = RequestIds.Of(context, problem.Id),
        });
    }

    /// <summary>A refusal that is none of ours.</summary>
    /// <param name="code">A number of its own, which begins with its status; or the status.</param>
    public static IResult Refuse(int code, string message) => new Refused(code, message);

    static Task Write(HttpContext context, int status, ErrorDocument error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(error, B3osWire.Json.ErrorDocument, "application/json", context.RequestAborted);
    }

    sealed class Refused(int code, string message) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            Write(httpContext, code < 1000 ? code : code / 1000, new() { Code = code, Message = message, RequestId = RequestIds.Of(httpContext) });
    }
}

/// <summary>How a request is called: as the audit calls it, where that tells of it.</summary>
static class RequestIds
{
    public static string Of(HttpContext context, Guid? known = null)
    {
        if (known is { } id)
            return id.ToString();
        if (context.Response.Headers[Access.Noting.Header].ToString() is { Length: > 0 } noted)
            return noted;
        var time = (TimeProvider)context.RequestServices.GetService(typeof(TimeProvider))!;
        return Guid.CreateVersion7(time.GetUtcNow()).ToString();
    }
}
