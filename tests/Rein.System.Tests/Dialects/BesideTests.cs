using System.Text;
using System.Text.RegularExpressions;
using Rein.Core.Stores;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>What lies beside runs and workflows belongs to several: nobody loses what is another's, and nobody writes over what he cannot read.</summary>
public sealed partial class BesideTests : IAsyncLifetime
{
    const string Workflows = "/b3os/v1/workflows";

    readonly TestServer server = new();

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("""{"title":7,"agent":{"model_name":["m"]},"lobstr":{"name":"theirs"}}""")]
    public async Task What_cannot_be_read_beside_a_workflow_is_not_written_over_and_nothing_else_of_the_change_is_done(string beside)
    {
        var (id, agent, name) = await Make();
        await server.BreakStore($"UPDATE workflow_extras SET json = '{beside}'");
        foreach (var (method, path, body) in new[]
        {
            ("PUT", $"{Workflows}/{id}", $$"""{"name":"new","definition":{{Graph("hold")}}}"""),
            ("PUT", $"{Workflows}/{id}", $$"""{"name":"new","definition":{{Graph("hold")}},"expectedVersion":1}"""),
            ("PUT", $"{Workflows}/{id}", """{"description":"new"}"""),
            ("POST", $"{Workflows}/{id}/publish", "{}"),
        })
            Assert.Equal(500, (await server.Ask(method, path, body)).Status);
        Assert.Equal(500, (await server.Tell("PATCH", $"{Rest}/agents/{agent}", $$"""{"model_name":"new","definition":{{Graph("hold")}}}""")).Status);

        Assert.Equal(beside, await Beside(name));
        Assert.Equal(1, (await server.Client.ReadWorkflow(name, cancel: Cancel)).Version);
        // Whoever only reads does without it.
        Assert.Equal((200, name), (await server.Ask("GET", $"{Workflows}/{id}")) switch { var read => (read.Status, read.Text("name")) });
        Assert.Equal(200, (await server.Tell("GET", $"{Rest}/agents/{agent}")).Status);
    }

    [Fact]
    public async Task What_is_another_dialects_beside_a_workflow_stays_as_it_is_whatever_it_is()
    {
        var (id, agent, name) = await Make();
        await server.BreakStore("""UPDATE workflow_extras SET json = '{"title":["theirs"],"published":"never","lobstr":7,"more":null}'""");
        Assert.Equal(200, (await server.Tell("PATCH", $"{Rest}/agents/{agent}", """{"model_name":"m"}""")).Status);
        Assert.Equal("""{"agent":{"model_name":"m","former":[]},"title":["theirs"],"published":"never","lobstr":7,"more":null}""", Timeless(await Beside(name)));
        await server.BreakStore("""UPDATE workflow_extras SET json = '{"agent":[7],"lobstr":7}'""");
        Assert.Equal("t", (await server.Ask("PUT", $"{Workflows}/{id}", """{"name":"t"}""")).Text("name"));
        Assert.Equal("""{"title":"t","published":1,"agent":[7],"lobstr":7}""", await Beside(name));
    }

    /// <summary>A run that was started elsewhere has what was set for its agent then.</summary>
    [Theory]
    [InlineData("""{"agent":{"former":[null],"model_name":"m"}}""", "m")]
    [InlineData("""{"agent":{"former":[null,{"until":"2999-01-01T00:00:00Z","model_name":"before"}],"model_name":"m"}}""", "before")]
    [InlineData("""{"agent":{"former":7,"model_name":"m"}}""", null)]
    public async Task A_task_is_told_of_without_what_is_damaged_beside_its_agent(string beside, string? model)
    {
        var (_, _, name) = await Make();
        await server.BreakStore($"UPDATE workflow_extras SET json = '{beside}'");
        var run = await server.Client.Start(name, cancel: Cancel);
        Assert.Equal((200, model), (await server.ReadTask(run.Id.ToString())) switch { var read => (read.Status, read.Text("llm_model_name")) });
    }

    [Fact]
    public async Task What_cannot_be_read_beside_a_task_is_not_written_over_and_its_workers_last_word_counts_all_the_same()
    {
        const string beside = """{"asked":7,"by":"key:theirs","propValues":{"a":[1]}}""";
        var agent = (await server.Tell("POST", $"{Rest}/agents", """{"name":"Worked"}""")).Text("id")!;
        await using var worker = await XpanderWorker.Connect(server, agent);
        var (kept, deleted) = (await server.Invoke(agent), "");
        var task = await worker.Next("agent-execution");
        deleted = await server.Invoke(agent);
        await worker.Next("agent-execution");
        await server.BreakStore($"UPDATE extras SET json = '{beside}'");

        Assert.Equal(500, (await server.Tell("PATCH", $"{Wire}/{kept}/update", """{"title":"new"}""")).Status);
        Assert.Equal(("completed", "done"), (await worker.Save(task, "completed", "done")) switch { var ended => (ended.Text("status"), ended.Text("result")) });
        Assert.Equal(500, (await server.Tell("DELETE", $"{Rest}/tasks/{deleted}")).Status);
        Assert.Equal(("stopped", true), (await server.ReadTask(deleted)).Ended);

        var extras = await server.Stores.Extras.Of([Guid.Parse(kept), Guid.Parse(deleted)], Cancel);
        Assert.All(extras.Values, one => Assert.Equal(beside, Encoding.UTF8.GetString(one.Json.Span)));
        Assert.Equal("key:theirs", (await server.Ask("GET", $"/b3os/v1/runs/run_{Guid.Parse(kept):N}")).Text("triggeredBy"));
    }

    /// <returns>One workflow, as both call it, and as we do.</returns>
    async Task<(string Id, string Agent, string Name)> Make()
    {
        var id = (await server.Ask("POST", Workflows, $$"""{"name":"Kept","propValues":{"a":1},"definition":{{Graph("noop")}}}""")).Text("id");
        var agent = Guid.ParseExact(id["wf_".Length..], "N").ToString();
        return (id, agent, (await server.Tell("GET", $"{Rest}/agents/{agent}")).Text("unique_name")!);
    }

    async Task<string> Beside(string name)
    {
        var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
        return Encoding.UTF8.GetString((await server.Stores.Extras.OfWorkflow(organization, name, Cancel)).Span);
    }

    /// <summary>Without the times in it.</summary>
    static string Timeless(string json) => Times().Replace(json, "");

    [GeneratedRegex("""\{"until":"[^"]+"\}""")]
    private static partial Regex Times();
}
