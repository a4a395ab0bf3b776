using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Soak;

/// <summary>A workflow that takes part, and how it is started.</summary>
/// <param name="Weight">How often, beside the others.</param>
/// <param name="Batch">How many at once, at most.</param>
/// <param name="StopPercent">How many of a hundred are stopped.</param>
/// <param name="IsLimited">Its runs go under a limit.</param>
sealed record Ingredient(string Workflow, int Weight, int Batch, int StopPercent, bool IsLimited, JsonObject Step);

/// <summary>What is started: what ends at once, what never does, what has children, what will not end, and what collects.</summary>
static class Mixture
{
    public const string Pool = "soak";
    public const string Limit = "soak-limit";
    public const int LimitMax = 8;

    /// <summary>A run that collects and is left alone has so many, numbered from 1.</summary>
    public const int Items = 200;

    public const string Collecting = "soak-items";

    public static IReadOnlyList<Ingredient> All { get; } =
    [
        new("soak-noop", 55, 20, 5, false, new() { ["type"] = "noop", ["payload"] = Payload() }),
        new("soak-limited", 10, 4, 30, true, new() { ["type"] = "noop", ["payload"] = Payload() }),
        new("soak-hold", 12, 2, 100, false, new() { ["type"] = "hold", ["payload"] = Payload() }),
        new("soak-held-limited", 5, 1, 100, true, new() { ["type"] = "hold", ["payload"] = Payload() }),
        new("soak-tree", 5, 1, 50, false, Process("sleep 300 & (sleep 300 & sleep 300) & setsid sleep 300 & sleep 1.5; exit 0")),
        new("soak-stubborn", 4, 1, 70, true, Process("trap '' TERM; (trap '' TERM; sleep 20) & i=0; while [ $i -lt 20 ]; do sleep 0.1; i=$((i+1)); done")),
        new(Collecting, 9, 1, 40, false, Process($"i=0; while [ $i -lt {Items} ]; do i=$((i+1)); echo $i; [ $((i % 50)) = 0 ] && sleep 0.3; done; exit 0", "json-lines")),
    ];

    static JsonObject Payload() => new() { ["pool"] = Pool, ["maxAttempts"] = 5, ["backoff"] = new JsonObject { ["initialSeconds"] = 0.2, ["factor"] = 1 } };

    static JsonObject Process(string script, string items = "none")
    {
        var payload = Payload();
        payload["command"] = new JsonArray("sh", "-c", script);
        payload["items"] = items;
        return new() { ["type"] = "process", ["payload"] = payload };
    }

    public static async Task Save(ReinClient client)
    {
        await client.PutLimit(Limit, LimitMax);
        foreach (var ingredient in All)
        {
            var root = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("step") };
            var definition = new JsonObject { ["nodes"] = new JsonObject { ["root"] = root, ["step"] = ingredient.Step.DeepClone() } };
            await client.SaveWorkflow(ingredient.Workflow, JsonElement.Parse(definition.ToJsonString()));
        }
    }
}
