using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Core.Runs;

namespace Rein.System.Tests.Nodes;

/// <summary>A command of which a part is not there is no command.</summary>
public sealed class MissingPathTests
{
    const string Missing = "{{root.result.file.path}}";

    [Fact]
    public async Task A_process_whose_payload_reads_what_is_not_there_fails_by_its_name_and_executes_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("rein-missing-").FullName;
        try
        {
            await using var node = await TestNode.Start();
            var run = await node.StartRun(Definition(new()
            {
                ["command"] = new() { ["command"] = Touch(folder, "command", Missing) },
                ["environment"] = new() { ["command"] = Touch(folder, "environment"), ["environment"] = new JsonObject { ["FILE"] = Missing } },
                ["stdin"] = new() { ["command"] = Touch(folder, "stdin"), ["stdin"] = Missing },
            }));

            var ended = await node.UntilEnded(run);

            Assert.Equal((RunState.Failed, 0), (ended.State, ended.HandedOut));
            var steps = await node.Stores.Reader.Steps(run, ["command", "environment", "stdin"], TestContext.Current.CancellationToken);
            Assert.Equal(3, steps.Count);
            Assert.All(steps, step => Assert.Equal(StepState.Failed, step.State));
            Assert.All(steps, step => Assert.Contains("'root.result.file.path'", step.Error, StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static JsonArray Touch(string folder, string name, string more = "") => ["touch", Path.Combine(folder, name) + more];

    static string Definition(Dictionary<string, JsonObject> payloads)
    {
        var nodes = new JsonObject { ["root"] = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray([.. payloads.Keys.Select(name => (JsonNode)name)]) } };
        foreach (var (name, payload) in payloads)
            nodes[name] = new JsonObject { ["type"] = "process", ["payload"] = payload };
        return JsonSerializer.Serialize(new JsonObject { ["nodes"] = nodes });
    }
}
