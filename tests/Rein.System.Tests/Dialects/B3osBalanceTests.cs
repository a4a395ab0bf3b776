using System.Collections.Concurrent;
using Rein.Core.Stores;
using Rein.Server.Dialects;
using Rein.System.Tests.Clock;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Compute units of B3OS: what is left of them, and that nothing starts without.</summary>
public sealed class B3osBalanceTests
{
    const string Runs = "/b3os/v1/runs";
    const string Workflows = "/b3os/v1/workflows";

    [Fact]
    public async Task The_balance_is_the_allowance_without_what_the_runs_of_the_month_have_cost()
    {
        await using var server = await With(("allowance-cu", "5000.5"), ("threshold-cu", "2"));
        var balance = await server.Ask("GET", await Address(server));
        Assert.Equal(200, balance.Status);
        Assert.Equal(["code", "data", "message", "requestId"], balance.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("""{"balance":5000.5,"minThreshold":2}""", balance.Data.GetRawText());

        var run = await Begin(server);
        while (await Left(server) == 5000.5m) { }
        var cancelled = await server.Ask("POST", $"{Runs}/{run}/cancel");
        Assert.Equal("cancelled", cancelled.Text("status"));
        var cost = cancelled.Data.GetProperty("totalCu").GetDecimal();
        Assert.True(cost > 0);
        Assert.Equal(5000.5m - cost, await Left(server));
        Assert.Equal(cost, (await server.Ask("GET", $"{Runs}/{run}")).Data.GetProperty("totalCu").GetDecimal());
    }

    [Fact]
    public async Task What_is_over_and_some_minutes_old_is_summed_once_and_what_is_under_way_until_it_has_ended()
    {
        var clock = new SetClock();
        var asked = new ConcurrentQueue<UsageFilter>();
        await using var server = new TestServer
        {
            Adjust = options => options with { Time = clock, Dialects = new() { Settings = new Dictionary<string, string> { ["b3os.allowance-cu"] = "100" } } },
            Between = stores => Instead.Of(stores, "get_Reader", (real, _) => Instead.Of(real.Reader, nameof(IRunReader.Usage), (reader, args) =>
            {
                var filter = (UsageFilter)args[0]!;
                asked.Enqueue(filter with { Left = [.. filter.Left] });
                return reader.Usage(filter, (CancellationToken)args[1]!);
            })),
        };
        await server.InitializeAsync();
        var old = (await server.Ask("POST", $"{Runs}/sync", "{\"definition\":" + Graph("noop") + "}")).Text("runId");
        var run = await Begin(server);
        // All of it is of a stretch that is counted then.
        clock.Set(TimeSpan.FromMinutes(11));
        Assert.True(await Left(server) < 100);
        var first = asked.Last();
        Assert.True(await Left(server) < 100);
        Assert.Equal((first.Until, Guid.ParseExact(run["run_".Length..], "N")), (asked.Last().From, Assert.Single(asked.Last().Left)));
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/{run}/cancel")).Status);
        var cost = await Cost(old) + await Cost(run);
        for (var look = 0; look < 2; look++)
            Assert.Equal(100 - cost, await Left(server));
        Assert.Empty(asked.Last().Left);

        async Task<decimal> Cost(string id) => (await server.Ask("GET", $"{Runs}/{id}")).Data.GetProperty("totalCu").GetDecimal();
    }

    /// <summary>A thousand starts at once are no thousand sums, and none is told what was so before it came.</summary>
    [Fact]
    public async Task Whoever_asks_while_somebody_looks_is_told_by_one_look_behind_it_together_with_all_others()
    {
        var (looks, first) = (0, new TaskCompletionSource());
        var reader = Instead.Of<IRunReader>(null!, nameof(IRunReader.Usage), (_, _) => Look(++looks));
        var use = new UseOfMonth(Guid.Empty, reader, TimeProvider.System);
        var asked = new List<Task<UsageSum>> { use.Ask(Cancel) };
        using var gone = new CancellationTokenSource();
        asked.AddRange(Enumerable.Range(0, 9).Select(_ => use.Ask(Cancel)));
        var left = use.Ask(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        first.SetResult();
        Assert.Equal([1, 2, 2, 2, 2, 2, 2, 2, 2, 2], (await Task.WhenAll(asked)).Select(sum => sum.Credits));
        Assert.Equal(3, (await use.Ask(Cancel)).Credits);

        async Task<UsageLook> Look(int number)
        {
            if (number == 1)
                await first.Task;
            return new(default, new(TimeSpan.Zero, number), [], []);
        }
    }

    [Fact]
    public async Task Without_an_allowance_there_is_no_balance_and_nothing_is_refused()
    {
        await using var server = await With();
        Assert.Equal("""{"minThreshold":0}""", (await server.Ask("GET", await Address(server))).Data.GetRawText());
        Assert.Equal(200, (await server.Ask("POST", $"{Runs}/sync", "{\"definition\":" + Graph("noop") + "}")).Status);
    }

    [Fact]
    public async Task An_organization_of_somebody_else_and_one_that_nobody_has_are_not_found()
    {
        await using var server = await With(("allowance-cu", "10"));
        var theirs = await server.Client.CreateOrganization("theirs", Cancel);
        foreach (var id in new[] { $"org_{theirs.Id:N}", $"org_{Guid.Empty:N}", "org_", "nobodys" })
            Assert.Equal((404, 404), (await server.Ask("GET", $"/b3os/v1/organizations/{id}/cu")) switch { var said => (said.Status, said.Code) });
        Assert.Equal(200, (await server.Ask("GET", $"/b3os/v1/organizations/org_{theirs.Id:N}/cu", key: theirs.Key!.Key)).Status);
    }

    [Fact]
    public async Task When_it_is_used_up_nothing_starts_and_what_runs_is_cancelled_all_the_same()
    {
        await using var server = await With(("allowance-cu", "0.4"));
        var workflow = (await server.Ask("POST", Workflows, "{\"name\":\"Dear\",\"definition\":" + Graph("noop") + "}")).Text("id");
        var failed = (await server.Ask("POST", $"{Runs}/sync", "{\"definition\":" + Graph("leak", """, "payload": { "text": "xy", "fails": true }""") + "}")).Text("runId");
        var run = await Begin(server);
        while (await Left(server) > 0) { }

        const string inline = "\"definition\":";
        foreach (var (path, body) in new (string, string?)[]
        {
            ($"{Workflows}/{workflow}/run", null), (Runs, "{" + inline + Graph("noop") + "}"), ($"{Runs}/sync", "{" + inline + Graph("noop") + "}"), ($"{Runs}/{failed}/retry", null),
            (Runs, "{\"runId\":\"run_dear\"," + inline + Graph("noop") + "}"),
        })
        {
            var refused = await server.Ask("POST", path, body);
            Assert.Equal((path, 402, 402), (path, refused.Status, refused.Code));
            Assert.Equal(["code", "message", "details", "requestId"], refused.Json.EnumerateObject().Select(field => field.Name));
        }
        Assert.Equal(404, (await server.Ask("GET", $"{Runs}/run_dear")).Status);
        Assert.Equal(2, (await server.Ask("GET", Runs)).Data.GetProperty("items").GetArrayLength());
        var stopped = await server.Ask("POST", $"{Runs}/{run}/cancel");
        Assert.Equal((200, "cancelled"), (stopped.Status, stopped.Text("status")));

        var theirs = await server.Client.CreateOrganization("theirs", Cancel);
        Assert.Equal(200, (await server.Ask("POST", Runs, "{" + inline + Graph("noop") + "}", theirs.Key!.Key)).Status);
    }

    [Fact]
    public async Task With_a_balance_that_is_not_more_than_the_threshold_nothing_starts()
    {
        await using var server = await With(("allowance-cu", "10"), ("threshold-cu", "10"));
        Assert.Equal(10, await Left(server));
        foreach (var path in new[] { Runs, $"{Runs}/sync" })
            Assert.Equal(402, (await server.Ask("POST", path, "{\"definition\":" + Graph("noop") + "}")).Status);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("0.0000001")]
    [InlineData("1000000001")]
    public void An_allowance_that_cannot_be_is_said_at_the_start(string value)
    {
        var options = new Rein.Server.ReinServerOptions { Dialects = new() { Settings = new Dictionary<string, string> { ["b3os.allowance-cu"] = value } } };
        Assert.Contains("b3os.allowance-cu", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    static async Task<string> Begin(TestServer server)
    {
        var run = (await server.Ask("POST", Runs, "{\"definition\":" + Graph("hold") + "}")).Text("runId");
        await server.Client.UntilAssigned(Guid.Parse(run["run_".Length..]), "work");
        return run;
    }

    static async Task<decimal> Left(TestServer server) => (await server.Ask("GET", await Address(server))).Data.GetProperty("balance").GetDecimal();

    static async Task<string> Address(TestServer server) =>
        $"/b3os/v1/organizations/org_{(await server.Client.ListOrganizations(cancel: Cancel)).Organizations.Single(one => one.Name == "default").Id:N}/cu";

    static async Task<TestServer> With(params (string Name, string Value)[] settings)
    {
        var server = new TestServer
        {
            Adjust = options => options with { Dialects = new() { Settings = settings.ToDictionary(setting => "b3os." + setting.Name, setting => setting.Value) } },
        };
        await server.InitializeAsync();
        return server;
    }
}
