using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Commits;

namespace Rein.Server.Problems;

/// <summary>The outermost layer: whatever goes wrong inside, and whatever nobody answered, leaves as a problem with a code.</summary>
sealed class ProblemGate(RequestDelegate next, TimeProvider time, ILogger<ProblemGate> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is { } span && context.GetEndpoint() is RouteEndpoint endpoint)
            span.DisplayName = $"{context.Request.Method} {endpoint.RoutePattern.RawText}";
        if (Activity.Current is { IsAllDataRequested: true } told && Say(context.Request.Path) is var said && said != context.Request.Path)
            told.SetTag("url.path", said);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has hung up. What was committed stays committed.
            return;
        }
        catch (Exception broken)
        {
            await Refuse(context, Explain(context, broken), broken);
            return;
        }
        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            await Refusal.Of(CodeOf(context.Response.StatusCode), Say(context)).ExecuteAsync(context);
    }

    static async Task Refuse(HttpContext context, Problem problem, Exception broken)
    {
        if (context.Response.HasStarted)
            throw new IOException("The answer broke off.", broken);
        context.Response.Clear();
        await new Refusal(problem).ExecuteAsync(context);
    }

    Problem Explain(HttpContext context, Exception broken) => broken switch
    {
        BusyException => Problem.Of(ProblemCodes.Busy),
        BadHttpRequestException bad => Problem.Of(CodeOf(bad.StatusCode), bad.Message),
        CommitException { InnerException: StoreException { IsUnknown: true } } lost =>
            Problem.Of(ProblemCodes.StoreUnavailable, "Its connection was lost in the middle of a commit: whether this request was carried out is not known.") with { Id = lost.Id },
        CommitException commit => Say(CodeOf(commit.InnerException)) with { Id = commit.Id },
        StoreException => Log(context, broken, CodeOf(broken)),
        _ => Log(context, broken, ProblemCodes.Internal),
    };

    Problem Log(HttpContext context, Exception broken, string code)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        log.RequestFailed(broken, id, context.Request.Method, Say(context.Request.Path));
        return Say(code) with { Id = id };
    }

    /// <summary>What somebody can do about is said with what to do.</summary>
    static Problem Say(string code) =>
        Problem.Of(code, code is ProblemCodes.StoreFull or ProblemCodes.StoreReadOnly ? ProblemTable.Of(code).Remedy : null);

    static string CodeOf(Exception? broken) => broken switch
    {
        StoreException { Trouble: StoreTrouble.Full } => ProblemCodes.StoreFull,
        StoreException { Trouble: StoreTrouble.ReadOnly } => ProblemCodes.StoreReadOnly,
        StoreException { IsTransient: true } => ProblemCodes.StoreUnavailable,
        _ => ProblemCodes.Internal,
    };

    static string CodeOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => ProblemCodes.RouteNotFound,
        StatusCodes.Status405MethodNotAllowed => ProblemCodes.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge => ProblemCodes.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ProblemCodes.UnsupportedMediaType,
        < 500 => ProblemCodes.BadRequest,
        _ => ProblemCodes.Internal,
    };

    /// <summary>What stands behind `/stop/` opens a run: it is written down nowhere.</summary>
    static string Say(PathString path) => path.StartsWithSegments("/stop") ? "/stop/…" : path.Value ?? "";

    static string Say(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} takes {context.Response.Headers.Allow}.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        var status => $"{context.Request.Method} {context.Request.Path} answers {status}.",
    };
}
