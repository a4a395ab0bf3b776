using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Items;

/// <summary>A file that is larger than what may be kept of it in memory. A million items with REIN_LONG=1.</summary>
public sealed class LargeExportTests(TestServer server) : IClassFixture<TestServer>
{
    const int AtOnce = 10_000;
    static readonly int Many = Environment.GetEnvironmentVariable("REIN_LONG") == "1" ? 1_000_000 : 100_000;

    [Fact]
    public async Task However_many_items_there_are_a_download_keeps_a_few_megabytes_of_them()
    {
        var run = await server.StartAndBegin("collect");
        while ((await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(1), cancel: Cancel)).Items < 3) { }
        await Fill(run.Id, 3, Many);
        await server.Client.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        using (await server.Client.ReadExport(run.Id, wait: TimeSpan.FromSeconds(60), cancel: Cancel)) { }

        foreach (var format in (string[])["ndjson", "json", "csv"])
            Assert.InRange(await MostInMemory(run.Id, format), 0, 48 << 20);
    }

    /// <returns>Bytes beyond what was in use before, at the worst of the moments looked at.</returns>
    async Task<long> MostInMemory(Guid run, string format)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var export = await server.Client.ReadExport(run, format, cancel: Cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        var (most, read, next) = (0L, 0L, 0L);
        while (await export.Content.ReadAsync(buffer, Cancel) is > 0 and var count)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            read += count;
            if (read < next)
                continue;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            next = read + (16 << 20);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        Assert.Equal(Many + 3, export.Items);
        if (format == "ndjson")
            Assert.Equal(export.Sha256, Convert.ToHexStringLower(hash.GetHashAndReset()));
        return most;
    }

    /// <summary>Beside the worker, which would take minutes: as it would have sent them.</summary>
    async Task Fill(Guid run, long have, int count)
    {
        var padding = new string('x', 400);
        var attempt = (await server.Stores.Reader.Attempts(run, Cancel)).Single();
        for (var first = 0; first < count; first += AtOnce)
        {
            await using var unit = await server.Stores.Runs.Begin(Cancel);
            await unit.LockRuns([run], wait: true, Cancel);
            var rows = Enumerable.Range(first, AtOnce).Select(n => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($$"""{"n":{{n}},"text":"{{padding}}"}"""));
            await unit.Append([new(Core.Stores.AppendKind.Item, run, attempt.Step, attempt.Attempt.Fence, have + first + 1, [.. rows])], Cancel);
            await unit.Commit(new([]), Cancel);
        }
    }
}
