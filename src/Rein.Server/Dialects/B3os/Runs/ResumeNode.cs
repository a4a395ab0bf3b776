using System.Runtime.InteropServices;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>Tells a node of the kind `wait` that what it waited for has come: with a key, or with the secret that the run has given out for it.</summary>
static class ResumeNode
{
    public static void MapResumeNode(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/runs/{id}/nodes/{nodeId}/resume", Handle).NeedsOrSecret(Scopes.Start).Takes<ResumeParams>().Answers<NodeResumed>()
            .Says("Resumes a node that waits. The first word counts; a later one is skipped.", new Parameter("secret", "In the place of a key: the secret of the node in this run."));

    static async Task<IResult> Handle(
        HttpContext http, string id, string nodeId, Query query, Caller? caller, RunCommands commands, IStores stores, SecretBook secrets, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        var secret = query.Text("secret");
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var data = fields.Any("data") ?? fields.Any("payload");
        if (fields.Refusal is { } refusal)
            return refusal;
        var run = Ids.ReadRun(id) ?? (caller is null ? null : await stores.Extras.FindRun(caller.Organization, id, cancel));
        if (caller is null && (run is null || secret is null || secrets.Keys?.IsSignalSecret(run.Value, nodeId, secret) is not true))
            return Refusal.Of(ProblemCodes.Unauthenticated, "It needs a key, or the secret of the node in this run.");
        if (run is not { } which)
            return ReadRun.NotFound(id);
        var bytes = data is { } given ? JsonMarshal.GetRawUtf8Value(given).ToArray() : default(ReadOnlyMemory<byte>?);
        var committed = await commands.Submit(caller?.Organization, new SignalStep(which, nodeId, bytes, caller?.Actor ?? "signal"));
        return committed.Run is null ? ReadRun.NotFound(id) : Answer(committed, nodeId);
    }

    static IResult Answer(Committed committed, string node) => committed.Answer switch
    {
        Core.Runs.Answer.Done => Replies.Of(new NodeResumed { Action = "resumed" }),
        Core.Runs.Answer.AlreadyDone => Skipped("The node has its answer, or its time is up."),
        Core.Runs.Answer.AlreadyEnded => Skipped($"The run has ended: {Statuses.Of(committed.Run!)}."),
        Core.Runs.Answer.Stopping => Skipped("The run is being cancelled."),
        Core.Runs.Answer.NotNow => Skipped("The node has not begun to wait."),
        _ => Refusal.Of(ProblemCodes.StepNotFound, $"The run has no node '{Shown.Of(node)}' that waits."),
    };

    static IResult Skipped(string reason) => Replies.Of(new NodeResumed { Action = "skipped", Reason = reason });
}
