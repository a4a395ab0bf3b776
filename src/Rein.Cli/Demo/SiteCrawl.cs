using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Demo;

/// <summary>The pages of a site as items; stopped in the middle. What was found until then is kept, and the rest is not asked for any more.</summary>
sealed class SiteCrawl(ReinClient client, Screen screen)
{
    const int Enough = 6;
    const int Concurrency = 2;
    const int DelayMs = 200;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    static readonly TimeSpan ProofComes = TimeSpan.FromSeconds(20);

    public async Task Show(Uri start)
    {
        screen.Line();
        screen.Line($"3  A crawl of {start}: a page every {DelayMs} ms, its title and first paragraph; to be stopped after {Enough} pages");
        screen.Line();
        var run = await client.StartInline(new() { Definition = Definition(start) });
        var shown = await UntilEnough(run.Id);
        var sent = TimeProvider.System.GetUtcNow();
        var reply = await client.Stop(run.Id, new() { Reason = "enough pages", GraceSeconds = 2 }, ProofComes);
        foreach (var line in reply.Stop is { } receipt ? Waterfall.Of(receipt, sent).Concat(ReceiptText.Of(receipt)) : [$"It was faster than the stop: {reply.State}."])
            screen.Line(line);
        var kept = await ShowItems(run.Id, shown);
        var ended = await client.ReadRun(run.Id);
        if (kept == 0)
            throw new CommandException(ExitCode.Refused, $"Nothing could be crawled: {ended.Error}");
        if (kept != ended.Items)
            throw new CommandException(ExitCode.Refused, $"{ended.Items} items acknowledged, {kept} readable: this must not happen.");
        screen.Line($"{"kept",-11}{Figures.Count(kept, "page")}; while a server is up (--keep) this prints them: rein items {run.Id}");
        await Save(run.Id);
    }

    /// <summary>The file stays when the demo is over: whoever wants can compare its digest.</summary>
    async Task Save(Guid run)
    {
        using var export = await client.ReadExport(run, wait: ProofComes);
        var saved = await ExportCommand.Save(export, "ndjson", Path.Combine(Path.GetTempPath(), $"rein-demo-{Environment.UserName}.ndjson"));
        screen.Line($"{"file",-11}{saved.File}  {Figures.Count(saved.Items, "item")}  sha256 {saved.Sha256}");
    }

    internal static JsonElement Definition(Uri start)
    {
        var payload = new JsonObject
        {
            ["startUrls"] = new JsonArray(start.AbsoluteUri),
            ["fields"] = new JsonObject { ["says"] = "main p, p" },
            ["concurrency"] = Concurrency,
            ["delayMs"] = DelayMs,
        };
        var nodes = new JsonObject
        {
            ["root"] = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("crawl") },
            ["crawl"] = new JsonObject { ["type"] = "crawl", ["payload"] = payload },
        };
        return JsonElement.Parse(new JsonObject { ["nodes"] = nodes }.ToJsonString());
    }

    /// <returns>How many items were shown.</returns>
    async Task<int> UntilEnough(Guid run)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        var shown = 0;
        RunDocument now;
        do
        {
            now = await client.ReadRun(run);
            shown = await ShowItems(run, shown);
            screen.Status($"  {now.State} · {Figures.Count(shown, "page")} · {Figures.Seconds(TimeProvider.System.GetElapsedTime(began))}");
        }
        while (!now.HasEnded && shown < Enough && TimeProvider.System.GetElapsedTime(began) < Longest && await timer.WaitForNextTickAsync());
        screen.Status("");
        return shown;
    }

    /// <summary>Those behind the ones that were shown.</summary>
    /// <returns>How many there are by now.</returns>
    async Task<int> ShowItems(Guid run, int shown)
    {
        var count = 0;
        using var reader = new StreamReader(await client.StreamItems(run));
        while (await reader.ReadLineAsync() is { } line)
            if (++count > shown)
                screen.Line(Short(JsonElement.Parse(line)));
        return Math.Max(count, shown);
    }

    static string Short(JsonElement page)
    {
        var status = page.GetProperty("status") is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : "–";
        var says = page.TryGetProperty("error", out var error) ? error.GetString() : page.GetProperty("title").GetString();
        return $"{status,-11}{page.GetProperty("url").GetString()}  {says}";
    }
}
