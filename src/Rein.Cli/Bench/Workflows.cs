using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>The ordinary saved workflows that are measured.</summary>
static class Workflows
{
    public static Task<WorkflowDocument> SaveNoop(Target target, string name) => Save(target, name, new JsonObject { ["type"] = "noop" });

    public static Task<WorkflowDocument> SaveHold(Target target, string name) => Save(target, name, new JsonObject { ["type"] = "hold" });

    public static Task<WorkflowDocument> SaveProcess(Target target, string name, params string[] command) =>
        Save(target, name, new JsonObject
        {
            ["type"] = "process",
            ["payload"] = new JsonObject { ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) },
        });

    public static Task<WorkflowDocument> Save(Target target, string name, JsonObject step)
    {
        if (target.Pool is { } pool)
        {
            var payload = step["payload"] as JsonObject ?? [];
            payload["pool"] = pool;
            step["payload"] = payload;
        }
        var root = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("step") };
        var definition = new JsonObject { ["nodes"] = new JsonObject { ["root"] = root, ["step"] = step } };
        return target.Client.SaveWorkflow(name, JsonElement.Parse(definition.ToJsonString()));
    }
}
