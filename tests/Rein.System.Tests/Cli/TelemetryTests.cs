using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.Storage.Sqlite.Engine;
using Rein.System.Tests.Dialects;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Cli;

/// <summary>What a collector is sent. The names in a protobuf message are plain text in it.</summary>
public sealed class TelemetryTests : IDisposable
{
    readonly TestCli cli = new();

    const string Guessed = "gue55edgue55edgue55edgue55edgue55edgue55edgue55edgue55edgue55ed0";
    const string Signature = "s1gnatures1gnature";
    const string Value = "s3cr3t-\"quoted\"-välue";

    [Fact]
    public async Task A_collector_is_sent_traces_metrics_and_logs_and_neither_it_nor_standard_error_a_secret()
    {
        using var collector = new Collector();
        var up = await TestUp.Start(cli, "--otlp", collector.Url, "--allow", "process");
        await using var _ = up;
        var key = (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), Cancel)).Trim();
        using var client = new ReinClient(up.Url, key);
        await client.PutSecret("TOKEN", Value, Cancel);

        var run = (await client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel)).Id;
        await client.Stop(run, new() { Reason = "seen enough" }, TimeSpan.FromSeconds(30), Cancel);
        var password = await StopByItsAddress(client, up.Url, key);
        var failed = await FailedOverItsSecret(client);
        await Break(client, failed.Id);
        await up.Terminate();

        Assert.Contains("rein.stop.latency", collector.Text("/v1/metrics"));
        var traces = collector.Text("/v1/traces");
        foreach (var said in new[] { "rein.verdict", "attempt", "signalled", "POST /v1/runs/{run}/stop", $"{run}", failed.Error! })
            Assert.Contains(said, traces);
        Assert.True(collector.Bytes("/v1/traces").AsSpan().IndexOf(run.ToByteArray(bigEndian: true)) >= 0, "the trace is not the run's");
        var (logs, errors) = (collector.Text("/v1/logs"), await up.Errors());
        foreach (var text in new[] { logs, errors })
            Assert.Matches($"A request failed .*GET /v1/runs/{failed.Id}/logs", text);

        foreach (var form in new[] { Value, JsonEncodedText.Encode(Value).Value, "s3cr3t-", key, password, Guessed, Signature })
        {
            Assert.DoesNotContain(form, errors);
            Assert.True(collector.All.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) < 0, $"the collector was sent '{form}'");
        }
    }

    /// <summary>What opens something stands in these addresses: that of a viewer, a stop by GET, a file; whether it opens it or not.</summary>
    static async Task<string> StopByItsAddress(ReinClient client, Uri server, string key)
    {
        await client.SaveWorkflow("watched", Graph("hold"), cancel: Cancel);
        using var http = new HttpClient { BaseAddress = server };
        using var body = new StringContent($$"""{"key":"{{key}}","name":"watched"}""");
        using var triggered = await http.PostAsync(new Uri("/axiom/api/v3/trigger", UriKind.Relative), body, Cancel);
        var viewer = JsonElement.Parse(await triggered.Content.ReadAsByteArrayAsync(Cancel)).GetProperty("OPEN LINK IN BROWSER").GetString()!;
        var run = Triggered.Of(viewer);
        foreach (var (address, status) in new[]
        {
            (new Uri(viewer).PathAndQuery, 200), ($"/axiom/viewer?host={run.Host}&password={Guessed}", 404), ($"/axiom/api/v3/stop?pid={run.Pid}&pw={Guessed}", 404),
            ($"/axiom/api/v3/stop?pid={run.Pid}&pw={run.Pw}", 200), ($"/axiom/api/v3/stop?pw={run.Pw}", 400), ($"/lobstr/v1/exports/{run.Run:N}?owner=1&expires=2&signature={Signature}", 404),
        })
        {
            using var response = await http.GetAsync(new Uri(address, UriKind.Relative), Cancel);
            Assert.Equal((address, status), (address, (int)response.StatusCode));
        }
        return run.Pw;
    }

    /// <summary>The reason that it gives, of the step and of the run, names what it was given.</summary>
    static async Task<RunDocument> FailedOverItsSecret(ReinClient client)
    {
        var started = await client.StartInline(
            new() { Definition = Graph("process", """, "payload": { "command": ["/nowhere/{{$secrets.TOKEN}}"] }""") }, cancel: Cancel);
        await foreach (var _ in client.Watch(started.Id, cancel: Cancel)) { }
        var run = await client.ReadRun(started.Id, cancel: Cancel);
        Assert.Equal(("failed", "There is no program /nowhere/***."), (run.State, run.Error));
        return run;
    }

    /// <summary>A request that fails is logged.</summary>
    async Task Break(ReinClient client, Guid run)
    {
        using (var connection = Connection.OpenWriter(Path.Combine(cli.Data, "rein.db")))
            connection.Run("ALTER TABLE logs RENAME TO elsewhere");
        Assert.Equal(500, (await Assert.ThrowsAsync<ReinException>(() => client.ReadLogs(run, cancel: Cancel))).Status);
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_nothing_up()
    {
        await using var up = await TestUp.Start(cli, "--otlp", "http://127.0.0.1:9");
        Assert.Equal(0, (await cli.Run("runs")).Code);
        Assert.Equal(0, await up.Terminate());
    }

    [Fact]
    public async Task What_is_no_address_is_refused() =>
        Assert.Contains("--otlp nowhere is no address", (await cli.Run("up", "--port", "0", "--otlp", "nowhere")).Errors);

    public void Dispose() => cli.Dispose();
}
