using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>Takes tasks away from a squid. What its runs have collected stays theirs.</summary>
static class EmptySquid
{
    public const string WithUrl = "url";
    public const string WithoutUrl = "params";

    /// <summary>Word → whether a task of that sort has an address.</summary>
    static readonly Dictionary<string, bool> s_types = new(StringComparer.Ordinal) { [WithUrl] = true, [WithoutUrl] = false };

    public static void MapEmptySquid(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/squids/{squid_hash}/empty", Handle).Needs(Scopes.Start).Takes<EmptyParams>().Answers<SquidEmptied>()
            .Says("Deletes the tasks of a squid that have a URL, or those that have none.");

    static async Task<IResult> Handle(HttpContext http, string squid_hash, Caller caller, SquidBook squids, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var hasUrl = fields.Choice("type", s_types);
        if (hasUrl is null && fields.Errors.Count == 0)
            fields.Missing("type", $"{WithUrl} or {WithoutUrl}");
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await squids.Find(caller.Organization, squid_hash, cancel) is not { } squid)
            return Fault.NoSquid();
        var (_, deleted) = await squids.Change(caller.Organization, squid.Version.Name, row =>
        {
            var kept = row.Tasks.Where(task => task.Params.TryGetProperty("url", out _) != hasUrl).ToList();
            return (kept.Count == row.Tasks.Count ? row : row with { Tasks = kept }, row.Tasks.Count - kept.Count);
        }, cancel);
        return Replies.Of(new SquidEmptied { Id = squid.Id, DeletedCount = deleted });
    }
}
