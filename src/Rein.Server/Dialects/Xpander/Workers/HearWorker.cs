using System.Text.Json;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>A worker says that it lives, that it is busy or not, or that it leaves. One that says nothing is lost when its lease is over, and what it held with it.</summary>
static class HearWorker
{
    public static void MapHearWorker(this IEndpointRouteBuilder sdk) =>
        sdk.MapPost("/{organization:guid}/events/{**asset}", Handle).Needs(Scopes.Work).WithName("hearWorker").Takes<WorkerWord>().Answers<WorkerAnswer>()
            .Says("Hears a worker: `worker-heartbeat`, `worker-capacity-update`, `worker-finished`.");

    static async Task<IResult> Handle(HttpContext http, Guid organization, string asset, Caller caller, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var word = fields.Text("event", Invocation.LongestWord);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (organization != caller.Organization)
            return ConnectWorker.Foreign(organization);
        if (Ids.Read(asset.Trim('/')) is not { } session)
            return XpanderProblems.BadId("worker_id");
        var gateway = engine.Gateway(http, caller);
        if (word is "worker-finished")
        {
            await gateway.Close(session, CancellationToken.None);
            return Replies.Of(new WorkerAnswer(false, null));
        }
        var isOpen = await gateway.Beat(session, cancel);
        if (isOpen && word is "worker-capacity-update" && IsBusy(fields) is { } isBusy)
            return Replies.Of(new WorkerAnswer(true, await gateway.SetBusy(session, isBusy, cancel)));
        return Replies.Of(new WorkerAnswer(isOpen, null));
    }

    static bool? IsBusy(Fields fields) =>
        fields.Any("data") is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("is_busy", out var busy)
            ? busy.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
            : null;
}
