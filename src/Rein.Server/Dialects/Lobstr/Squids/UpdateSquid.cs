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
        if (squid.Row.Kind is not null && (await squids.DefinitionOf(said.Of(squid.Row), caller.Organization, cancel)).Fault is { } fault)
            return Fault.Wrong("params", fault);
        var changes = squid.Row.Kind is not null && !said.Of(squid.Row).DoesAs(squid.Row);
        if (changes && !await IsOwn(squid, squids, caller, cancel))
            return Fault.Wrong("params", "This squid's workflow was saved elsewhere since: its own definition says what it does");
        var (row, _) = await squids.Change(caller.Organization, squid.Version.Name, before => (said.Of(before), true), cancel);
        if (changes)
            await Follow(http, caller, squid.Version.Name, row, squids, catalog, cancel);
        return Replies.Of(await reader.Read((await squids.Find(caller.Organization, squid_hash, cancel))!, cancel));
    }

    /// <summary>Its definition is the one that was made of what is said of it.</summary>
    static async Task<bool> IsOwn(Squid squid, SquidBook squids, Caller caller, CancellationToken cancel) =>
        (await squids.DefinitionOf(squid.Row, caller.Organization, cancel)).Definition is { } made && made.Hash.Equals(squid.Version.Definition.Hash);

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
