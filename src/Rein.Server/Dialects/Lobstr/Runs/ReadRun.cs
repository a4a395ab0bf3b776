using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Lobstr.Runs;

static class ReadRun
{
    static readonly JsonElement s_null = JsonElement.Parse("null"u8);

    public static void MapReadRun(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/runs/{run_hash}", Handle).Needs(Scopes.Read).Answers<RunDocument>().Says("Reads a run.");

    static async Task<IResult> Handle(string run_hash, Caller caller, RunPages pages, Readings readings, CancellationToken cancel)
    {
        if (await pages.Find(caller.Organization, run_hash, cancel) is not { } view)
            return Fault.NoRun();
        var run = await pages.Read(view, cancel) with { EmailVerification = s_null };
        return readings.SpellsDuration ? Replies.Of(Spelt(run)) : Replies.Of(run);
    }

    static JsonElement Spelt(RunDocument run)
    {
        var json = JsonSerializer.SerializeToNode(run, LobstrWire.Json.RunDocument)!;
        json["duration"] = Durations.Text(run.Duration);
        return JsonElement.Parse(JsonSerializer.SerializeToUtf8Bytes(json, LobstrWire.Json.JsonNode));
    }
}
