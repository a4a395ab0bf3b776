using System.Diagnostics;
using System.Net;
using System.Text;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Receipts;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Receipts;

public sealed class SealedReceiptTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly TimeSpan s_enough = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_stopped_run_is_sealed_by_itself_and_its_export_holds_without_the_server()
    {
        var receipts = new List<ReceiptDocument>();
        for (var i = 0; i < 3; i++)
            receipts.Add(await Sealed(await Stopped()));
        Assert.All(receipts, receipt => Assert.NotNull(receipt.Seal!.At));

        var file = await Export(0);
        var read = await Verify(file);
        Assert.True(read.Place >= 3);
        var lines = Encoding.UTF8.GetString(file);
        foreach (var receipt in receipts)
            Assert.Contains($"\"sha256\":\"{receipt.Entries[^1].Sha256}\"", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_goes_on_from_a_place_that_is_sealed()
    {
        var place = (await Sealed(await Stopped())).Seal!.Place!.Value;
        var later = (await Sealed(await Stopped())).Seal!.Place!.Value;
        var read = await Verify(await Export(place));
        Assert.Equal(place, read.After);
        Assert.True(read.Place >= later);
        var refused = await Assert.ThrowsAsync<ReinException>(() => Export(read.Place + 1000));
        Assert.Equal((ProblemCodes.PlaceNotFound, 404), (refused.Code, refused.Status));
    }

    [Fact]
    public async Task A_changed_export_does_not_hold()
    {
        await Sealed(await Stopped());
        var text = Encoding.UTF8.GetString(await Export(0));
        var changed = Encoding.UTF8.GetBytes(text.Replace("too slow", "too fast", StringComparison.Ordinal));
        Assert.NotEqual(text.Length, text.Replace("too slow", "", StringComparison.Ordinal).Length);
        await Assert.ThrowsAsync<ReceiptFileException>(() => Verify(changed));
    }

    [Fact]
    public async Task Another_organization_sees_nothing_of_the_chain()
    {
        await Sealed(await Stopped());
        using var other = await server.ConnectForeign();
        using var file = new MemoryStream();
        await other.ExportReceipts(file, cancel: Cancel);
        Assert.Null((await Verify(file.ToArray())).Seal);
        Assert.Equal(HttpStatusCode.NotFound, (HttpStatusCode)(await Assert.ThrowsAsync<ReinException>(() => other.ExportReceipts(file, 1, Cancel))).Status);
    }

    async Task<Guid> Stopped()
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        await server.Client.Stop(run.Id, new() { Reason = "too slow" }, wait: s_enough, cancel: Cancel);
        return run.Id;
    }

    /// <summary>A seal tells nobody that it is there.</summary>
    async Task<ReceiptDocument> Sealed(Guid run)
    {
        var began = Stopwatch.StartNew();
        ReceiptDocument receipt;
        do
        {
            receipt = await server.Client.ReadReceipt(run, Cancel);
            Assert.True(began.Elapsed < s_enough, $"it is {receipt.Seal?.State}");
        }
        while (receipt.Seal is not { State: "sealed" });
        return receipt;
    }

    async Task<byte[]> Export(long after)
    {
        using var file = new MemoryStream();
        await server.Client.ExportReceipts(file, after, Cancel);
        return file.ToArray();
    }

    async Task<ReceiptFile> Verify(byte[] file)
    {
        using var verifier = new ReceiptVerifier();
        foreach (var key in (await server.Client.ListSealKeys(Cancel)).Keys)
            verifier.Trust(key.PublicKey);
        return await verifier.Verify(new MemoryStream(file), Cancel);
    }
}
