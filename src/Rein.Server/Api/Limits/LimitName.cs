using Microsoft.AspNetCore.Http.Features;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Limits;

/// <summary>A limit's key as it stands in an address.</summary>
static class LimitName
{
    const string Before = "/v1/limits/";
    const int Longest = 200;

    /// <summary>From the request as it was sent: a route leaves an escaped slash escaped, and a key may contain one.</summary>
    public static LimitKey Read(HttpContext http, string routed, Caller caller)
    {
        var sent = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var at = sent.IndexOf(Before, StringComparison.OrdinalIgnoreCase);
        var key = at < 0 ? routed : Uri.UnescapeDataString(sent[(at + Before.Length)..].Split('/', '?')[0]);
        return new(caller.Organization, key);
    }

    public static Refusal? Check(LimitKey limit)
    {
        if (limit.Key.Length > Longest)
            return Refusal.Of(ProblemCodes.BadName, $"A limit's key has at most {Longest} characters.");
        return LimitKey.WorkflowOf(limit.Key) is { } workflow
            ? Refusal.Of(ProblemCodes.LimitOfWorkflow, $"'{Shown.Of(limit.Key)}' is the maxRunning of the workflow '{Shown.Of(workflow)}'.")
            : null;
    }

    public static Refusal NotFound(LimitKey limit) => Refusal.Of(ProblemCodes.LimitNotFound, $"There is no limit '{Shown.Of(limit.Key)}'.");
}
