using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Crash;

public sealed class ExportOfStoppedRunTests
{
    const string Counting = "n=0; while :; do n=$((n+1)); echo $n; sleep 0.002; done";

    [Fact]
    public async Task What_a_stopped_process_had_written_is_exported_once_though_its_server_was_killed_before_and_after_the_stop_H20()
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        try
        {
            var (run, acknowledged) = await KilledWhileItWrites(data);
            var stopped = await KilledRightAfterTheStop(data, run);
            await using var last = await CrashingServer.Start(data, crash: null);
            await AssertWhole(last!.Client, run, acknowledged, stopped);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task What_a_process_had_written_when_it_was_stopped_is_exported_once_H20()
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        try
        {
            await using var server = await CrashingServer.Start(data, crash: null);
            var run = await Start(server!.Client);
            var acknowledged = await UntilItems(server.Client, run, 50);
            var stop = await server.Client.Stop(run, new() { GraceSeconds = 0.2 }, TimeSpan.FromSeconds(30), TestServer.Cancel);
            Assert.True(stop.IsGone);
            var lines = await AssertWhole(server.Client, run, acknowledged, stop.Stop!);
            Assert.Equal(Enumerable.Range(1, lines.Count), lines);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    static async Task<(Guid Run, long Acknowledged)> KilledWhileItWrites(string data)
    {
        await using var server = await CrashingServer.Start(data, crash: null);
        var run = await Start(server!.Client);
        var acknowledged = await UntilItems(server.Client, run, 50);
        await server.Kill();
        return (run, acknowledged);
    }

    /// <summary>The second life takes the run up again, as another try, and dies with the answer to the stop.</summary>
    static async Task<ReceiptDocument> KilledRightAfterTheStop(string data, Guid run)
    {
        await using var server = await CrashingServer.Start(data, crash: null);
        var before = (await server!.Client.ReadRun(run)).Items;
        await UntilItems(server.Client, run, before + 50);
        var stop = await server.Client.Stop(run, new() { Force = true });
        await server.Kill();
        Assert.Equal(("stopped", "stopped"), (stop.Answer, stop.State));
        return stop.Stop!;
    }

    static async Task<Guid> Start(ReinClient client)
    {
        var command = JsonSerializer.Serialize((string[])["sh", "-c", Counting]);
        var definition = JsonElement.Parse($$"""
            { "nodes": { "root": { "type": "manual", "children": ["count"] },
              "count": { "type": "process", "payload": { "command": {{command}}, "items": "lines", "maxAttempts": 5, "backoff": { "initialSeconds": 0.05 } } } } }
            """);
        return (await client.StartInline(new() { Definition = definition })).Id;
    }

    static async Task<long> UntilItems(ReinClient client, Guid run, long count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
            if ((await client.ReadRun(run, TimeSpan.FromMilliseconds(100), cancel: patience.Token)).Items is var items && items >= count)
                return items;
    }

    /// <summary>Each try's lines from the first to its last, none missing and none twice; and everything that counts them agrees.</summary>
    static async Task<List<int>> AssertWhole(ReinClient client, Guid run, long acknowledged, ReceiptDocument stopped)
    {
        using var export = await client.ReadExport(run, wait: TimeSpan.FromSeconds(60));
        using var buffer = new MemoryStream();
        await export.Content.CopyToAsync(buffer);
        var lines = Encoding.UTF8.GetString(buffer.ToArray()).TrimEnd('\n').Split('\n').Select(line => int.Parse(line.Trim('"'), CultureInfo.InvariantCulture)).ToList();
        var firstTry = lines.IndexOf(1, 1) is > 0 and var again ? again : lines.Count;
        Assert.Equal(Enumerable.Range(1, firstTry).Concat(Enumerable.Range(1, lines.Count - firstTry)), lines);
        Assert.True(firstTry >= acknowledged, $"{acknowledged} were acknowledged and {firstTry} exported");

        var (document, receipt) = (await client.ReadRun(run), await client.ReadReceipt(run));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(buffer.ToArray()));
        var manifest = receipt.Manifest!;
        Assert.Equal((lines.Count, lines.Distinct().Count(), sha256, true), (manifest.Items, manifest.Distinct, manifest.Sha256, manifest.IsIncomplete));
        Assert.Equal((lines.Count, "done", sha256, true), (document.Export!.Count, document.Export.State, document.Export.Sha256, document.Export.IsIncomplete));
        Assert.Equal((lines.Count, lines.Count), (document.Items, (int)export.Items));
        Assert.Equal((stopped.RequestedAt, stopped.FencedAt, receipt.Attempts.Sum(attempt => attempt.Items)), (receipt.RequestedAt, receipt.FencedAt, document.Items));
        return lines;
    }
}
