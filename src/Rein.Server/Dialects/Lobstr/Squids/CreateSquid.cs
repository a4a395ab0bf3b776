using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Dialects.Lobstr.Crawlers;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>
/// Makes a workflow that one run at a time may be of. What lies beside it is written first, under a name that nobody has yet: there is never one of which
/// only a half was made.
/// </summary>
static class CreateSquid
{
    public const int LongestCrawler = 100;

    public static void MapCreateSquid(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/squids", Handle).Needs(Scopes.Start, also: Scopes.Read).Takes<SquidParams>().Answers<SquidDocument>()
            .Says("Makes a squid of a kind of node, or of a workflow that is saved.");

    static async Task<IResult> Handle(
        HttpContext http, Caller caller, SquidBook squids, CrawlerList crawlers, WorkflowCatalog catalog, IRunReader reader, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var title = SquidFields.Name(fields);
        var word = fields.Text("crawler", LongestCrawler, shortest: 1);
        if (word is null && fields.Errors.Count == 0)
            fields.Missing("crawler", "a kind of node, or the id of a saved workflow");
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await Resolve(caller.Organization, word!, crawlers, cancel) is not { } made)
            return Fault.NoCrawler(400, "crawler");
        var row = made.Row with { Name = title ?? made.Row.Kind ?? made.Row.TemplateName };
        var (definition, fault) = made.Definition is { } taken ? (taken, null) : await squids.DefinitionOf(row, caller.Organization, cancel);
        if (definition is null)
            return Fault.Wrong("crawler", fault!);
        var name = NameOfTitle.Draw(row.Name!);
        await squids.Change(caller.Organization, name, _ => (row.Kind is null ? row : row.With(definition), true), cancel);
        var saved = await catalog.Save(caller.Organization, name, definition, SquidBook.AtATime, http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{name}"), cancel);
        return Replies.Of(await reader.Read(new Squid(saved, row), cancel));
    }

    static async Task<(SquidRow Row, Definition? Definition)?> Resolve(Guid organization, string word, CrawlerList crawlers, CancellationToken cancel)
    {
        if (await crawlers.FindKind(organization, word, cancel) is { } kind)
            return (new() { Kind = kind }, null);
        return await crawlers.FindWorkflow(organization, word, cancel) is { } workflow
            ? (new() { Template = workflow.Id, TemplateName = workflow.Name }, workflow.Definition)
            : null;
    }
}
