using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>Why something is refused, as their pages say it and as their client libraries read it.</summary>
/// <param name="Type">On the pages.</param>
/// <param name="ClientType">In the libraries.</param>
/// <param name="Param">The field, the parameter, or what of the address it is about; null for none of them.</param>
sealed record Fault(int Status, string Type, string ClientType, string Message, string? Param = null) : IResult
{
    const string NotFound = "not_found_error";
    const string Invalid = "validation_error";

    public static Fault NoRun(string message = "Run not found") => new(404, NotFound, "RunDoesNotExist", message, "run_hash");

    public static Fault NoRunAsked(string param) => new(404, NotFound, "RunDoesNotExist", "Run not found", param);

    public static Fault NoSquid(string param = "squid_hash") => new(404, NotFound, "SquidDoesNotExistException", "Squid not found", param);

    public static Fault NoTask { get; } = new(404, NotFound, "TaskDoesNotExist", "Task not found", "task_hash");

    public static Fault NoTaskAsked { get; } = NoTask with { Param = "task" };

    public static Fault NoCrawler(int status, string param) => new(status, status == 404 ? NotFound : Invalid, "ParamsInvalid", "Crawler not found", param);

    public static Fault Wrong(string param, string message, string clientType = "ParamsInvalid") => new(400, Invalid, clientType, message, param);

    public static Fault Of(Problem problem) => problem.Status switch
    {
        401 => new(401, "authentication_error", "NotAuthenticated", Say(problem)),
        403 => new(403, "permission_error", "PermissionDenied", Say(problem)),
        404 => new(404, NotFound, "NotFound", Say(problem)),
        409 or 422 => Wrong(problem, 400),
        429 => new(429, "rate_limit_error", "RateLimitExceeded", Say(problem)),
        >= 500 => new(problem.Status, "server_error", "SomethingWentWrong", Say(problem) + (problem.Id is { } id ? $" ({id})" : "")),
        var status => Wrong(problem, status),
    };

    static Fault Wrong(Problem problem, int status) => new(status, Invalid, "ParamsInvalid", Say(problem), problem.Errors?[0].Path?.TrimStart('/').Split('/')[0]);

    static string Say(Problem problem) => problem.Detail ?? problem.Title;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Status is StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Token";
        RateHeaders.Write(httpContext);
        var readings = (Readings)httpContext.RequestServices.GetService(typeof(Readings))!;
        return readings.IsOfClients
            ? response.WriteAsJsonAsync(
                new() { Errors = new() { Message = Message, Type = ClientType, Code = Status } }, LobstrWire.Json.ClientErrorDocument, "application/json", httpContext.RequestAborted)
            : response.WriteAsJsonAsync(
                new() { Error = new() { Message = Message, Type = Type, Param = Param } }, LobstrWire.Json.ErrorDocument, "application/json", httpContext.RequestAborted);
    }
}

/// <summary>Refusals that come from anywhere in this server.</summary>
sealed class LobstrProblems : IProblemShape
{
    public Task Write(HttpContext context, Problem problem) => Fault.Of(problem).ExecuteAsync(context);
}
