using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>Changes what is said of a squid. The definition follows: whoever has saved one looks whether somebody has said something else since.</summary>
static class UpdateSquid
{
    public static void MapUpdateSquid(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/squids/{squid_hash}", Handle).Needs(Scopes.Start, also: Scopes.Read).Takes<SquidSettings>().Answers<SquidDocument>()
            .Says("Changes a squid. What is not said stays as it was.");

    static async Task<IResult> Handle(
        HttpContext http, string squid_hash, Caller caller, SquidBook squids, WorkflowCatalog catalog, IRunReader reader, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        if (await squids.Find(caller.Organization, squid_hash, cancel) is not { } squid)
            return Fault.NoSquid();
        var fields = new Fields(body);
        var said = SquidFields.Read(fields);
        if (said.Concurrency > 1 && squid.Row.Kind is null)
            fields.Refuse("concurrency", "must be 1: this squid is a workflow, which says itself what it does at once");
        if (fields.Refusal is { } refusal)
            return refusal;
        if (squid.Row.Kind is null)
            await squids.Change(caller.Organization, squid.Version.Name, before => (said.Of(before), true), cancel);
        else if (await Change(http, caller, squid, said, squids, catalog, cancel) is { } fault)
            return fault;
        return Replies.Of(await reader.Read((await squids.Find(caller.Organization, squid_hash, cancel))!, cancel));
    }

    /// <summary>Of one that was made of a kind. Thought through anew where somebody else has said meanwhile what it does; refused where somebody else has saved what it does.</summary>
    static async Task<Fault?> Change(HttpContext http, Caller caller, Squid squid, SquidFields said, SquidBook squids, WorkflowCatalog catalog, CancellationToken cancel)
    {
        while (true)
        {
            var (known, next) = (squid.Row, said.Of(squid.Row));
            var (made, fault) = await squids.DefinitionOf(next, caller.Organization, cancel);
            if (made is null)
                return Fault.Wrong("params", fault!);
            var isAnother = !next.DoesAs(known);
            if (isAnother && !known.Made.Contains(squid.Version.Definition.Hash))
                return Fault.Wrong("params", "This squid's workflow was saved elsewhere since: its own definition says what it does");
            var (row, isDone) = await squids.Change(
                caller.Organization, squid.Version.Name,
                before => !before.DoesAs(known) ? (before, false) : isAnother ? (said.Of(before).With(made), true) : (said.Of(before), true), cancel);
            if (isDone && isAnother)
                await Follow(http, caller, squid.Version.Name, row, squids, catalog, cancel);
            if (isDone)
                return null;
            squid = (await squids.Find(caller.Organization, squid.Id, cancel))!;
        }
    }

    static async Task Follow(HttpContext http, Caller caller, string name, SquidRow row, SquidBook squids, WorkflowCatalog catalog, CancellationToken cancel)
    {
        var audit = http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{name}");
        while ((await squids.DefinitionOf(row, caller.Organization, cancel)).Definition is { } definition)
        {
            var saved = await catalog.Save(caller.Organization, name, definition, SquidBook.AtATime, audit, cancel);
            var now = (await squids.Complete(saved, cancel)).Row;
            if (now.DoesAs(row))
                return;
            row = now;
        }
    }
}
