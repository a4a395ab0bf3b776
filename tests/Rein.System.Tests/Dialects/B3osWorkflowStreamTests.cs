using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>The stream of all runs of a workflow, as a client of B3OS reads it.</summary>
public sealed class B3osWorkflowStreamTests(TestServer server) : IClassFixture<TestServer>
{
    const string Runs = "/b3os/v1/runs";
    const string Workflows = "/b3os/v1/workflows";

    [Fact]
    public async Task Runs_of_the_workflow_are_told_when_they_start_and_complete_and_one_that_was_there_when_it_completes()
    {
        var workflow = await Create("hold");
        var before = await Start(workflow);
        await using var events = await Subscribe(workflow);
        await Start(await Create("noop"));

        var run = await Start(workflow);
        Assert.Equal((run, "running"), await Next(events, "run_started"));
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{run}/cancel")).Status);
        Assert.Equal((run, "cancelled"), await Next(events, "run_finished"));
        var shown = await server.Ask("GET", $"{Runs}/{run}?summary=true");
        Assert.Equal(shown.Data.GetRawText(), JsonElement.Parse(events.Current.Data).GetProperty("run").GetRawText());

        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{before}/cancel")).Status);
        Assert.Equal((before, "cancelled"), await Next(events, "run_finished"));
    }

    [Fact]
    public async Task Of_many_that_come_and_go_between_two_looks_each_is_told_once_from_the_start_to_the_end()
    {
        var workflow = await Create("noop");
        await using var events = await Subscribe(workflow);
        var runs = new List<string>();
        for (var number = 0; number < 130; number++)
            runs.Add(await Start(workflow));
        var told = new List<(string Type, string Run)>();
        while (told.Count < 2 * runs.Count)
        {
            Assert.True(await events.MoveNextAsync());
            told.Add((events.Current.EventType, JsonElement.Parse(events.Current.Data).GetProperty("runId").GetString()!));
        }
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(runs, told.Where(one => one.Type == "run_started").Select(one => one.Run));
        Assert.All(runs, run => Assert.True(told.IndexOf(("run_started", run)) < told.IndexOf(("run_finished", run))));
        // What comes next is the next run, and nothing once more.
        var last = await Start(workflow);
        Assert.Equal(last, (await Next(events, "run_started")).Run);
    }

    [Fact]
    public async Task A_workflow_of_somebody_else_is_not_there_and_its_runs_are_told_to_nobody_here()
    {
        var name = await server.Save("hold");
        var workflow = $"wf_{(await server.Client.ReadWorkflow(name, cancel: Cancel)).Id:N}";
        using var foreign = await server.ConnectForeign();
        var theirs = await foreign.SaveWorkflow(name, Graph("hold"), cancel: Cancel);
        foreach (var id in new[] { $"wf_{theirs.Id:N}", $"wf_{Guid.Empty:N}", "nobodys" })
            Assert.Equal(404, (await server.Ask("GET", $"{Workflows}/{id}/runs/stream")).Status);

        await using var events = await Subscribe(workflow);
        var their = await foreign.Start(name, cancel: Cancel);
        var own = await Start(workflow);
        Assert.Equal(own, (await Next(events, "run_started")).Run);
        await foreign.Stop(their.Id, cancel: Cancel);
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{own}/cancel")).Status);
        Assert.Equal(own, (await Next(events, "run_finished")).Run);
    }

    async Task<string> Create(string kind) => (await server.Ask("POST", Workflows, "{\"name\":\"Told\",\"definition\":" + Graph(kind) + "}")).Text("id");

    async Task<string> Start(string workflow) => (await server.Ask("POST", $"{Workflows}/{workflow}/run")).Text("runId");

    async Task<IAsyncEnumerator<SseItem<string>>> Subscribe(string workflow)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Workflows}/{workflow}/runs/stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        return SseParser.Create(await response.Content.ReadAsStreamAsync(Cancel)).EnumerateAsync(Cancel).GetAsyncEnumerator(Cancel);
    }

    static async Task<(string Run, string Status)> Next(IAsyncEnumerator<SseItem<string>> events, string type)
    {
        Assert.True(await events.MoveNextAsync(), "the stream has ended");
        var said = JsonElement.Parse(events.Current.Data);
        Assert.Equal((type, type), (events.Current.EventType, said.GetProperty("type").GetString()));
        return (said.GetProperty("runId").GetString()!, said.GetProperty("run").GetProperty("status").GetString()!);
    }
}
