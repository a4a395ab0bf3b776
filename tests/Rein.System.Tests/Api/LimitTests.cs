using System.Net;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class LimitTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_limit_says_who_holds_it_and_who_waits_in_which_order()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("order", 1, Cancel);
        var holder = await Start(name, "order");
        var second = await Start(name, "order");
        var urgent = await Start(name, "order", priority: 1);
        var limit = await server.Client.ReadLimit("order", Cancel);
        Assert.Equal((1, 1, 2), (limit.Max, limit.Held, limit.Waiting));
        Assert.Equal([holder.Id], limit.Holders!.Select(run => run.RunId));
        Assert.Equal([(urgent.Id, 1, name), (second.Id, 2, name)], limit.Queue!.Select(run => (run.RunId, run.Place!.Value, run.Workflow!)));

        var first = await server.Client.ListQueue("order", limit: 1, cancel: Cancel);
        var rest = await server.Client.ListQueue("order", first.Cursor, 1, Cancel);
        Assert.Equal([(urgent.Id, 1), (second.Id, 2)], first.Runs.Concat(rest.Runs).Select(run => (run.RunId, run.Place!.Value)));
        Assert.Null(rest.Cursor);
        Assert.Equal(holder.Id, Assert.Single((await server.Client.ListHolders("order", cancel: Cancel)).Runs).RunId);
        await Refused.With(ProblemCodes.BadCursor, () => server.Client.ListQueue("order", "nonsense", cancel: Cancel));
    }

    [Fact]
    public async Task A_blocked_run_says_by_which_key_and_its_place()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("place", 1, Cancel);
        var holder = await Start(name, "place");
        var second = await Start(name, "place");
        var third = await Start(name, "place");
        var wait = Assert.Single((await server.Client.ReadRun(third.Id, cancel: Cancel)).BlockedBy!);
        Assert.Equal(("place", 1, 1, 2), (wait.Key, wait.Max!.Value, wait.Held, wait.Place!.Value));
        var places = (await server.Client.ListRuns(new() { Workflow = name }, Cancel)).Runs.ToDictionary(run => run.Id, run => run.BlockedBy?.Single().Place);
        Assert.Equal([null, 1, 2], new[] { holder, second, third }.Select(run => places[run.Id]));
    }

    [Fact]
    public async Task Limits_are_listed_and_taken_away()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("taken/away?", 0, Cancel);
        var waiting = await Start(name, "taken/away?");
        var listed = await All();
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
        Assert.Contains("taken/away?", listed);

        await server.Client.RemoveLimit("taken/away?", Cancel);
        Assert.False((await server.Client.ReadRun(waiting.Id, cancel: Cancel)).IsBlocked);
        await Refused.With(ProblemCodes.LimitNotFound, () => server.Client.ReadLimit("taken/away?", Cancel));
        await Refused.With(ProblemCodes.LimitNotFound, () => server.Client.RemoveLimit("taken/away?", Cancel));
    }

    [Fact]
    public async Task A_raised_limit_admits_everybody_and_not_the_first_few()
    {
        var name = await server.Save("hold");
        await server.Client.PutLimit("many", 0, Cancel);
        await server.Client.StartBatch(name, [.. Enumerable.Repeat(new StartRunRequest { LimitKey = "many" }, 150)], cancel: Cancel);
        await server.Client.PutLimit("many", 150, Cancel);
        while ((await server.Client.ListQueue("many", limit: 1, cancel: Cancel)).Runs is [{ RunId: var first }])
            if (await server.Client.ReadRun(first, cancel: Cancel) is { IsBlocked: true } waiting)
                await server.Client.ReadRun(first, TimeSpan.FromSeconds(30), waiting.Revision, Cancel);
        Assert.Equal(150, (await server.Client.ReadLimit("many", Cancel)).Held);
    }

    [Fact]
    public async Task The_maximum_of_a_workflow_is_set_by_saving_it_and_takes_effect_at_once()
    {
        await server.Client.SaveWorkflow("flow", Graph("hold"), cancel: Cancel);
        await server.Client.Start("flow", cancel: Cancel);
        await server.Client.SaveWorkflow("flow", Graph("hold"), 1, Cancel);
        var second = await server.Client.Start("flow", cancel: Cancel);
        Assert.Equal("workflow:flow", Assert.Single((await server.Client.ReadRun(second.Id, cancel: Cancel)).BlockedBy!).Key);
        var third = await server.Client.Start("flow", cancel: Cancel);

        await server.Client.SaveWorkflow("flow", Graph("hold"), 2, Cancel);
        Assert.False((await server.Client.ReadRun(second.Id, cancel: Cancel)).IsBlocked);
        Assert.True((await server.Client.ReadRun(third.Id, cancel: Cancel)).IsBlocked);
        await server.Client.SaveWorkflow("flow", Graph("hold"), cancel: Cancel);
        Assert.False((await server.Client.ReadRun(third.Id, cancel: Cancel)).IsBlocked);
        await Refused.With(ProblemCodes.LimitNotFound, () => server.Client.ReadLimit("workflow:flow", Cancel));
    }

    [Fact]
    public async Task Nobody_else_sets_the_maximum_of_a_workflow_or_starts_under_it()
    {
        await Refused.With(ProblemCodes.LimitOfWorkflow, () => server.Client.PutLimit("workflow:other", 1, Cancel));
        await Refused.With(ProblemCodes.LimitOfWorkflow, () => server.Client.RemoveLimit("workflow:other", Cancel));
        await Refused.With(ProblemCodes.BadField, () => server.Client.StartInline(new() { Definition = Graph("noop"), LimitKey = "workflow:other" }, cancel: Cancel));
    }

    [Fact]
    public async Task Limits_of_another_organization_are_unknown()
    {
        await server.Client.PutLimit("mine", 1, Cancel);
        using var foreign = await server.ConnectForeign();
        Assert.Empty((await foreign.ListLimits(cancel: Cancel)).Limits);
        await Refused.With(ProblemCodes.LimitNotFound, () => foreign.ReadLimit("mine", Cancel));
        await Refused.With(ProblemCodes.LimitNotFound, () => foreign.RemoveLimit("mine", Cancel));
        using var reader = await server.ConnectWith("read");
        await Refused.With(ProblemCodes.MissingScope, () => reader.RemoveLimit("mine", Cancel));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Send(HttpMethod.Post, "/v1/limits/mine", "{}")).StatusCode);
    }

    Task<RunDocument> Start(string workflow, string key, int priority = 0) =>
        server.Client.Start(workflow, new() { LimitKey = key, Priority = priority }, cancel: Cancel);

    async Task<List<string>> All()
    {
        var keys = new List<string>();
        string? cursor = null;
        do
        {
            var page = await server.Client.ListLimits(cursor, 2, Cancel);
            keys.AddRange(page.Limits.Select(limit => limit.Key));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return keys;
    }
}
