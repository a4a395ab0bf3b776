using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>The ordinary saved workflows that are measured.</summary>
static class Workflows
{
    public static Task<WorkflowDocument> SaveNoop(ReinClient client, string name) => Save(client, name, new JsonObject { ["type"] = "noop" });

    public static Task<WorkflowDocument> SaveHold(ReinClient client, string name) => Save(client, name, new JsonObject { ["type"] = "hold" });

    public static Task<WorkflowDocument> SaveProcess(ReinClient client, string name, params string[] command) =>
        Save(client, name, new JsonObject
        {
            ["type"] = "process",
            ["payload"] = new JsonObject { ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) },
        });

    static Task<WorkflowDocument> Save(ReinClient client, string name, JsonObject step)
    {
        var root = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("step") };
        var definition = new JsonObject { ["nodes"] = new JsonObject { ["root"] = root, ["step"] = step } };
        return client.SaveWorkflow(name, JsonElement.Parse(definition.ToJsonString()));
    }
}
