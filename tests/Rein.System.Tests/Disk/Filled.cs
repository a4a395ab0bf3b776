using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Disk;

/// <summary>What was acknowledged until a store took nothing more.</summary>
sealed class Filled(ReinClient client, string refusal)
{
    static readonly JsonElement Nothing = JsonElement.Parse("""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "noop", "payload": { "maxAttempts": 5 } } } }""");
    static readonly JsonElement Counting = JsonElement.Parse("""
        { "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "process", "payload": { "items": "lines",
          "command": ["sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done"] } } } }
        """);
    static readonly JsonElement Holding = JsonElement.Parse("""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "hold" } } }""");
    static readonly JsonElement Large = JsonElement.Parse($$"""{ "text": "{{new string('x', 200_000)}}" }""");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly List<Guid> stopping = [];

    public List<Guid> Acknowledged { get; } = [];

    /// <summary>Collects a line every 20 ms for as long as it lives.</summary>
    public async Task<Guid> StartCounting()
    {
        var run = await client.StartInline(new() { Definition = Counting }, cancel: Cancel);
        await UntilItems(client, run.Id, 1);
        return run.Id;
    }

    public async Task<Guid> StartHolding() => (await client.StartInline(new() { Definition = Holding }, cancel: Cancel)).Id;

    public async Task Start(JsonElement? input = null) =>
        Acknowledged.Add((await client.StartInline(new() { Definition = Nothing, Input = input }, cancel: Cancel)).Id);

    /// <summary>Starts large runs until one is refused; and readiness says so too.</summary>
    public async Task Fill(int most)
    {
        for (var i = 0; i < most; i++)
            try
            {
                await Start(Large);
            }
            catch (ReinException refused) when (refused.Code == refusal)
            {
                Assert.Equal((507, ProblemTable.Of(refusal).Remedy), (refused.Status, refused.Problem.Detail));
                var unready = await Refused.With(ProblemCodes.NotReady, () => client.Ready(Cancel));
                Assert.Contains(refusal == ProblemCodes.StoreFull ? "disk of the database is full" : "cannot be written", unready.Detail);
                return;
            }
        Assert.Fail("Nothing was refused.");
    }

    /// <summary>A stop is durable, or refused: nearly full is not full.</summary>
    public async Task Stop(Guid run)
    {
        try
        {
            await client.Stop(run, cancel: Cancel);
            stopping.Add(run);
        }
        catch (ReinException refused) when (refused.Code == refusal)
        {
            Assert.False((await client.ReadRun(run, cancel: Cancel)).IsStopping);
        }
    }

    /// <summary>Whose stop was acknowledged is stopped.</summary>
    public async Task AllStop(ReinClient by)
    {
        foreach (var run in stopping)
            while ((await by.ReadRun(run, wait: TimeSpan.FromSeconds(10), cancel: Cancel)).State is not "stopped")
                Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Every one of them is there, and comes to its end.</summary>
    public async Task AllSucceed(ReinClient by)
    {
        foreach (var run in Acknowledged)
            while (await by.ReadRun(run, wait: TimeSpan.FromSeconds(10), cancel: Cancel) is { } now && now.State != "succeeded")
                Assert.False(now.HasEnded, $"{now.State}: {now.Error}");
    }

    /// <summary>The lines of a run that counted, none missing and none twice.</summary>
    public static async Task<long> Counted(ReinClient by, Guid run)
    {
        var count = 0L;
        using var lines = new StreamReader(await by.StreamItems(run, Cancel));
        while (await lines.ReadLineAsync(Cancel) is { } line)
            Assert.Equal($"\"{++count}\"", line);
        return count;
    }

    public static async Task UntilItems(ReinClient by, Guid run, long atLeast)
    {
        while ((await by.ReadRun(run, cancel: Cancel)).Items < atLeast)
            Cancel.ThrowIfCancellationRequested();
    }
}
