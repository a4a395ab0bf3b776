using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Items;

public sealed class ExportTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_digest_is_over_the_very_bytes_of_the_file_of_lines()
    {
        var run = await server.Collected("""[{"a" : 1}, "ä", {"a" : 1}]""");
        using var response = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/export");
        var file = await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.Equal("{\"a\" : 1}\n\"ä\"\n{\"a\" : 1}\n", Encoding.UTF8.GetString(file));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        Assert.Equal((3, 2L, file.Length, sha256, false), (run.Export!.Count, run.Export.Distinct, run.Export.Bytes, run.Export.Sha256, run.Export.IsIncomplete));
        Assert.Equal("done", run.Export.State);
        Assert.True(run.Export.At >= run.EndedAt);
        Assert.Equal((sha256, "3"), (response.Headers.GetValues("Rein-Items-Sha256").Single(), response.Headers.GetValues("Rein-Items").Single()));
        Assert.Equal($"attachment; filename=\"run-{run.Id}.ndjson\"", response.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal(file.Length, response.Content.Headers.ContentLength);
        Assert.Equal(run.Export, await server.Client.AskForExport(run.Id, Cancel));
    }

    [Fact]
    public async Task The_same_file_is_not_sent_twice_to_who_has_it()
    {
        var run = await server.Collected("[1]");
        using var first = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/export?format=csv");
        var tag = first.Headers.ETag!;
        using var again = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/export?format=csv", change: request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var other = await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/export?format=json", change: request => request.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Theory]
    [InlineData("""[{"a":1},"x",null]""")]
    [InlineData("[]")]
    public async Task As_JSON_it_is_one_array(string items)
    {
        var run = await server.Collected(items);
        using var export = await server.Client.ReadExport(run.Id, "json", cancel: Cancel);
        Assert.Equal(items, JsonSerializer.Serialize(await JsonDocument.ParseAsync(export.Content, cancellationToken: Cancel)));
    }

    [Fact]
    public async Task A_run_that_collected_nothing_has_an_empty_file()
    {
        var run = await server.Collected("[]");
        Assert.Equal(("done", 0), (run.Export!.State, run.Export.Count));
        using var export = await server.Client.ReadExport(run.Id, cancel: Cancel);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(export.Content)), run.Export.Sha256);
    }

    [Fact]
    public async Task A_stopped_run_says_that_its_file_is_incomplete_and_has_its_manifest_in_the_receipt()
    {
        var run = await server.StartAndBegin("collect");
        while ((await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(1), cancel: Cancel)).Items < 3) { }
        await Refused.With(ProblemCodes.ExportNotReady, () => server.Client.ReadExport(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.ExportNotReady, () => server.Client.AskForExport(run.Id, Cancel));
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);

        using var export = await server.Client.ReadExport(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        var receipt = await server.Client.ReadReceipt(run.Id, Cancel);
        Assert.Equal((3L, 3L, true), (receipt.Manifest!.Items, receipt.Manifest.Distinct, receipt.Manifest.IsIncomplete));
        Assert.Equal(["csv", "json", "ndjson"], receipt.Manifest.Formats);
        Assert.Equal((export.Sha256, true), (receipt.Manifest.Sha256, (await server.Client.ReadRun(run.Id, cancel: Cancel)).Export!.IsIncomplete));
    }

    [Fact]
    public async Task An_export_that_was_given_up_is_seen_to_have_failed_and_is_made_when_it_is_asked_for_again()
    {
        var run = await server.StartAndBegin("collect");
        await server.Stores.Exports.Fail(0, run.Id, "the disk was full", Cancel);
        await server.Client.Stop(run.Id, new() { Force = true }, TimeSpan.FromSeconds(30), Cancel);
        var failed = (await server.Client.ReadRun(run.Id, cancel: Cancel)).Export!;
        Assert.Equal(("failed", "the disk was full", null), (failed.State, failed.Error, failed.Sha256));
        var problem = await Refused.With(ProblemCodes.ExportFailed, () => server.Client.ReadExport(run.Id, cancel: Cancel));
        Assert.Equal("the disk was full", problem.Detail);

        Assert.Equal("due", (await server.Client.AskForExport(run.Id, Cancel)).State);
        using var export = await server.Client.ReadExport(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        Assert.Equal((await server.Client.ReadRun(run.Id, cancel: Cancel)).Items, export.Items);
    }

    [Theory]
    [InlineData("?format=xml")]
    [InlineData("?wait=long")]
    public async Task A_parameter_that_cannot_be_is_refused(string query)
    {
        var run = await server.Collected("[1]");
        await Refused.With(ProblemCodes.BadParameter, await server.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/export{query}"));
    }

    [Fact]
    public async Task Nobody_sees_the_file_of_a_foreign_run_and_nobody_asks_for_it()
    {
        var run = await server.Collected("[1]");
        using var foreign = await server.ConnectForeign();
        await Refused.With(ProblemCodes.RunNotFound, () => foreign.ReadExport(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.RunNotFound, () => foreign.AskForExport(run.Id, Cancel));
        using var reader = await server.ConnectWith("read");
        await Refused.With(ProblemCodes.MissingScope, () => reader.AskForExport(run.Id, Cancel));
        using var starter = await server.ConnectWith("start");
        await Refused.With(ProblemCodes.MissingScope, () => starter.ReadExport(run.Id, cancel: Cancel));
    }
}
