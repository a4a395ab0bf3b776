using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rein.Core.Stores;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

static partial class Beats
{
    const int MostHeld = 100_000;

    public static void MapBeat(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/sessions/{session}/heartbeat", Handle).Needs(Scopes.Work).WithName("beat").Takes<BeatRequest>()
            .Says("Renews the lease of a session, and compares what worker and server know: the answer has the frames that the worker does not show to have received.");

    static async Task<Results<Ok<BeatReply>, Refusal>> Handle(
        HttpContext http, SessionId session, Query query, Caller caller, Engine engine, CancellationToken cancel)
    {
        using var room = engine.Beats.TryTake(caller, Body.Said(http, Body.Batch));
        if (room is null)
            return SendReports.Full;
        var body = await Body.Read(http, Body.Batch, refuses: SendReports.Beyond(room));
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var beat = Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        var answer = await engine.Gateway(http, caller).Beat(session.Value, beat, cancel);
        return answer.IsOpen ? TypedResults.Ok(ToReply(answer)) : session.NotFound;
    }

    static Heartbeat Read(Fields fields)
    {
        var digest = fields.Text("digest", 32);
        var held = fields.Any("held") is null ? null : ReportReader.Attempts(fields, "held", MostHeld);
        if (digest is not null && !WellFormed().IsMatch(digest))
            fields.Refuse("digest", "must be 32 hexadecimal digits in lower case");
        if (digest is null == held is null)
            fields.Missing("held", "either the attempts that the worker holds, or the digest of them");
        var capacity = fields.Whole("capacity", 1, OpenSessions.MostCapacity);
        fields.RefuseOthers();
        return new(held, digest) { Capacity = capacity };
    }

    static BeatReply ToReply(HeartbeatAnswer answer) => new()
    {
        IsOpen = true,
        Outstanding = [.. answer.Outstanding.Select(ToJson)],
        SendHeld = answer.SendHeld ? true : null,
        Former = answer.Former.Count > 0 ? answer.Former : null,
    };

    static JsonElement ToJson(CommandFrame frame)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
            FrameWriter.Write(json, frame);
        return JsonElement.Parse(text.WrittenSpan);
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex WellFormed();
}
