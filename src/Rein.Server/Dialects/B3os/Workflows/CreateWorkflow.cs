using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;

namespace Rein.Server.Dialects.B3os.Workflows;

/// <summary>Saves a definition under a title. Titles need not be unique: the name that we know the workflow by is made of it.</summary>
static class CreateWorkflow
{
    public static void MapCreateWorkflow(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/workflows", Handle).Needs(Scopes.Start).Takes<WorkflowParams>().Answers<WorkflowDocument>().Says("Creates a workflow, as a draft.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, Starts starts, WorkflowCatalog catalog, WorkflowPages pages, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var title = Title(fields);
        if (title is null)
            fields.Missing("name", "the title of the workflow");
        var beside = Read(fields, new() { Title = title });
        if (fields.Refusal is { } refusal)
            return refusal;
        var (definition, refused) = await starts.Read(fields.Any("definition"), caller.Organization, cancel);
        if (definition is null)
            return refused!;
        var name = NameOfTitle.Draw(title!);
        var saved = await catalog.Save(caller.Organization, name, definition, null, http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{name}"), cancel);
        beside = await pages.Change(saved, before => beside with { Others = before.Others }, cancel);
        return Replies.Of(await pages.Of(saved, beside, cancel));
    }

    public static string? Title(Fields fields) => fields.Text("name", WorkflowParams.LongestTitle, shortest: 1);

    /// <summary>What is not said stays as it was.</summary>
    public static WorkflowExtras Read(Fields fields, WorkflowExtras before) => before with
    {
        Description = fields.Text("description", WorkflowParams.LongestDescription) ?? before.Description,
        PropValues = fields.Any("propValues") ?? before.PropValues,
    };
}
