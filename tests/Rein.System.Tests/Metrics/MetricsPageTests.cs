using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Rein.Protocol.Problems;
using Rein.Server.Dispatch;
using Rein.Server.Metrics;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Metrics;

public sealed class MetricsPageTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly Uri Metrics = new("/metrics", UriKind.Relative);

    [Fact(DisplayName = "The table in docs/metrics.md is the one the instruments print; REIN_PRINT=1 writes it")]
    public void The_documented_metrics_are_the_registered_ones()
    {
        var (document, table) = (File.ReadAllText(Document()), PrintTable());
        var documented = string.Concat(document.Split('\n').SkipWhile(line => !line.StartsWith("| metric |", StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|')).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("REIN_PRINT") == "1")
            File.WriteAllText(Document(), document.Replace(documented, table, StringComparison.Ordinal));
        else
            Assert.Equal(table, documented);
    }

    [Fact]
    public async Task A_scrape_is_the_text_format_with_every_metric_named_and_explained()
    {
        var response = await server.Http.GetAsync(Metrics, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.All(Instruments(), instrument =>
        {
            var name = PrometheusPage.NameOf(instrument);
            Assert.Contains($"# HELP {name} {instrument.Description}\n# TYPE {name} {PrometheusPage.TypeOf(instrument)}\n", text, StringComparison.Ordinal);
        });
        Assert.All(text.Split('\n')[..^1], line => Assert.Matches("""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? (-?[0-9.]+(E[-+][0-9]+)?))$""", line));
    }

    [Fact]
    public async Task From_this_machine_the_figures_need_no_key_and_through_a_proxy_one_that_may_read()
    {
        Assert.True((await server.Http.GetAsync(Metrics, Cancel)).IsSuccessStatusCode);
        using var forwarded = new HttpRequestMessage(HttpMethod.Get, Metrics) { Headers = { { "X-Forwarded-For", "203.0.113.7" } } };
        await Refused.With(ProblemCodes.Unauthenticated, await server.Http.SendAsync(forwarded, Cancel));

        var readable = await server.Send(HttpMethod.Get, "/metrics", change: request => request.Headers.Add("Forwarded", "for=203.0.113.7"));
        Assert.True(readable.IsSuccessStatusCode);
        var stopper = await server.Client.CreateKey(new() { Name = "stopper", Scopes = ["stop"] }, Cancel);
        await Refused.With(ProblemCodes.MissingScope, await server.Send(HttpMethod.Get, "/metrics", change: request =>
        {
            request.Headers.Authorization = new("Bearer", stopper.Key);
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        }));
    }

    static string PrintTable() =>
        "| metric | type | what it says |\n|---|---|---|\n" + string.Concat(Instruments().Select(instrument =>
            $"| `{PrometheusPage.NameOf(instrument)}` | {PrometheusPage.TypeOf(instrument)} | {instrument.Description} |\n"));

    static IReadOnlyList<Instrument> Instruments()
    {
        using var instruments = new Instruments("Rein.Test", new CapacityBook(), []);
        using var gathered = new Gathered(instruments.Meter);
        return [.. gathered.Read().Select(measured => measured.Instrument)];
    }

    static string Document([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/metrics.md"));
}
