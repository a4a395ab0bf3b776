using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Xpander.Workers;

namespace Rein.Server.Dialects.Xpander.Tasks;

/// <summary>
/// What a worker, or somebody else, says of a task that is under way. What it may not say is passed over, since the SDK sends the whole task each time; and
/// of a task that has ended nothing is taken at all.
/// </summary>
static class UpdateTask
{
    const int LongestTitle = 1 << 20;

    public static void MapUpdateTask(this IEndpointRouteBuilder routes) =>
        routes.MapPatch("/agent-execution/{taskId}/update", Handle).Needs(Scopes.Work | Scopes.Start, also: Scopes.Read).WithName("updateTask").Takes<UpdateParams>().Answers<TaskDocument>()
            .Says("Says something of a task that is under way: what is known of it by now, or, as its worker, what it has come to.");

    static async Task<IResult> Handle(HttpContext http, string taskId, Caller caller, TaskPages pages, Remarks remarks, WorkerReports reports, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var (run, refused) = await pages.Find(caller.Organization, taskId, cancel);
        if (run is null)
            return refused!;
        var fields = new Fields(body);
        var said = Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (!run.HasEnded)
            await remarks.Put(run, said.On, cancel);
        if (said.Status is { } status && await reports.Take(http, caller, run, status, said.Result, cancel))
            (run, refused) = await pages.Find(caller.Organization, taskId, cancel);
        if (run is null)
            return refused!;
        return await pages.Read(run, cancel) is { } task ? Replies.Of(task) : TaskPages.NotFound(Ids.Read(taskId)!.Value);
    }

    static Said Read(Fields fields) => new(
        fields.Choice("status", Statuses.Filters)?.Status,
        fields.Text("result", LongestTitle),
        fields.Text("title", LongestTitle),
        Invocation.ReadObject(fields, "payload_extension"),
        Invocation.ReadObject(fields, "deep_planning"),
        fields.Any("tokens") is { } tokens ? StepsSeen.TokensOf(tokens) : null,
        fields.Any("used_tools") is { } tools ? StepsSeen.ToolsOf(tools) : null,
        fields.Flag("used_mutating_tools"));

    sealed record Said(
        string? Status, string? Result, string? Title, JsonElement? PayloadExtension, JsonElement? DeepPlanning, TokensDocument? Tokens, IReadOnlyList<string>? Tools, bool? UsedMutatingTools)
    {
        bool IsNothing => (Status, Title, PayloadExtension, DeepPlanning, Tokens, Tools, UsedMutatingTools) is (null or not Statuses.Error, null, null, null, null, null, null);

        /// <summary>What is not said stays as it was.</summary>
        public Later On(Later before) => IsNothing ? before : before with
        {
            Status = Status is Statuses.Error ? Status : before.Status,
            Title = Title ?? before.Title,
            PayloadExtension = PayloadExtension ?? before.PayloadExtension,
            DeepPlanning = DeepPlanning ?? before.DeepPlanning,
            Tokens = Tokens ?? before.Tokens,
            UsedTools = Tools ?? before.UsedTools,
            UsedMutatingTools = UsedMutatingTools ?? before.UsedMutatingTools,
        };
    }
}
