using System.Net;
using System.Text.Json;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class WorkflowTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_definition_saved_twice_is_one_version_and_another_one_is_the_next()
    {
        const string hold = """{"definition":{"nodes":{"root":{"type":"manual","children":["a"]},"a":{"type":"hold"}}}}""";
        var first = await server.Send(HttpMethod.Put, "/v1/workflows/twice", hold);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal("/v1/workflows/twice?version=1", first.Headers.Location?.ToString());
        var again = await server.Send(HttpMethod.Put, "/v1/workflows/twice", hold.Replace(",", " , ", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);

        var next = await server.Client.SaveWorkflow("twice", Graph("noop"), maxRunning: 3, Cancel);
        Assert.Equal(2, next.Version);
        Assert.Equal(3, next.MaxRunning);
        Assert.Equal(1, (await server.Client.ReadWorkflow("twice", 1, Cancel)).Version);
        var latest = await server.Client.ReadWorkflow("twice", cancel: Cancel);
        Assert.Equal((2, next.Id), (latest.Version, latest.Id));
        Assert.Equal("noop", latest.Definition!.Value.GetProperty("nodes").GetProperty("work").GetProperty("type").GetString());
        Assert.Equal(3, (await server.Client.ReadLimit("workflow:twice", Cancel)).Max);
    }

    [Fact]
    public async Task A_run_started_after_a_save_runs_the_saved_version()
    {
        await server.Client.SaveWorkflow("newest", Graph("noop"), cancel: Cancel);
        Assert.Equal(1, (await server.Client.Start("newest", cancel: Cancel)).Version);
        await server.Client.SaveWorkflow("newest", Graph("hold"), cancel: Cancel);
        Assert.Equal(2, (await server.Client.Start("newest", cancel: Cancel)).Version);
    }

    [Fact]
    public async Task A_wrong_definition_is_refused_and_everything_wrong_is_named()
    {
        var wrong = JsonElement.Parse("""{"nodes":{"root":{"type":"manual","children":["a","b"]},"a":{"type":"unheard-of"}}}""");
        var problem = await Refused.With(ProblemCodes.InvalidDefinition, () => server.Client.SaveWorkflow("wrong", wrong, cancel: Cancel));
        Assert.Contains(problem.Errors!, error => error is { Code: "definition_unknown_child", Path: { } path } && path.StartsWith("/definition/nodes/root", StringComparison.Ordinal));
        Assert.Contains(problem.Errors!, error => error.Code == "definition_unknown_kind");
        await Refused.With(ProblemCodes.WorkflowNotFound, () => server.Client.ReadWorkflow("wrong", cancel: Cancel));
    }

    [Fact]
    public async Task A_kind_that_only_a_worker_registered_is_accepted() =>
        Assert.Equal(1, (await server.Client.SaveWorkflow("registered", Graph("collect"), cancel: Cancel)).Version);

    [Fact]
    public async Task A_node_that_cannot_be_reached_is_a_warning()
    {
        var lonely = JsonElement.Parse("""{"nodes":{"root":{"type":"manual"},"a":{"type":"noop"}}}""");
        var saved = await server.Client.SaveWorkflow("lonely", lonely, cancel: Cancel);
        Assert.Equal("definition_unreachable_node", Assert.Single(saved.Warnings!).Code);
    }

    [Fact]
    public async Task Workflows_are_listed_by_name_in_pages()
    {
        foreach (var name in new[] { "page-c", "page-a", "page-b" })
            await server.Client.SaveWorkflow(name, Graph("noop"), cancel: Cancel);
        var seen = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await server.Client.ListWorkflows(cursor, 2, Cancel);
            seen.AddRange(page.Workflows.Select(workflow => workflow.Name));
            if ((cursor = page.Cursor) is null)
                break;
        }
        Assert.Equal(["page-a", "page-b", "page-c"], seen.Where(name => name.StartsWith("page-", StringComparison.Ordinal)));
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
    }
}
