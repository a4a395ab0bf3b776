using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Xpander.Workers;
using Rein.Server.Problems;

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

    static async Task<IResult> Handle(HttpContext http, string taskId, Caller caller, IStores stores, TaskPages pages, Remarks remarks, WorkerReports reports, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        if (Ids.Read(taskId) is not { } id)
            return XpanderProblems.BadId("task_id");
        // A deleted one is told to nobody, but that its worker is done with it is heard.
        if (await pages.FindAny(caller.Organization, id, cancel) is not { } found)
            return await pages.Missing(id, cancel);
        var fields = new Fields(body);
        var said = Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (new RunBeside { Later = said.On(new()) }.ToJson().Length > RunBeside.Most)
            return Refusal.Of(ProblemCodes.BodyTooLarge, $"What is said beside a result may have at most {RunBeside.Most} bytes.");
        if (!found.HasEnded)
            await remarks.Put(found, said.On, cancel);
        if (said.Status is { } status)
            await reports.Take(http, caller, found, status, said.Result, cancel);
        return await stores.Reader.Find(caller.Organization, found.Id, cancel) is { } now && await pages.Read(now.Run, cancel) is { } task ? Replies.Of(task) : TaskPages.NotFound(id);
    }

    static Said Read(Fields fields) => new(
        fields.Choice("status", Statuses.Filters)?.Status,
        fields.Any("result") is { } result ? Texts.Of(result) : null,
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
