using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Commits;
using Rein.Server.Problems;
using Rein.Server.Secrets;

namespace Rein.Server.Api.Steps;

/// <summary>
/// Tells a <c>wait</c> that what it waited for has come. With a key; or, for whoever was told to call back and has none, with the secret that the run has
/// given out for this step (<c>{{$signals.STEP}}</c>): it opens nothing else.
/// </summary>
static class SignalSteps
{
    public static void MapSignalStep(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/runs/{run}/steps/{step}/signal", Handle).NeedsOrSecret(Scopes.Start).Takes<SignalStepRequest>()
            .Says("Tells a waiting step that what it waited for has come. The first signal counts.");

    static async Task<Results<Ok<StepReply>, Refusal>> Handle(
        HttpContext http, RunId run, string step, Query query, Caller? caller, RunCommands commands, IStores stores, SecretBook secrets, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var data = fields.Any("data");
        var secret = fields.Text("secret", 200);
        fields.RefuseOthers();
        if (caller is null && secret is null)
            return Refusal.Of(ProblemCodes.Unauthenticated);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (secret is not null && secrets.Keys?.IsSignalSecret(run.Value, step, secret) is not true)
            return Refusal.Of(ProblemCodes.WrongSecret);
        var committed = await commands.Submit(caller?.Organization, new SignalStep(run.Value, step, Bytes(data), caller?.Actor ?? "signal"));
        return await StepReplies.Of(committed, run, step, Branch.Resumed, stores, caller, cancel);
    }

    static ReadOnlyMemory<byte>? Bytes(JsonElement? data) => data is { } given ? JsonMarshal.GetRawUtf8Value(given).ToArray() : default(ReadOnlyMemory<byte>?);
}
