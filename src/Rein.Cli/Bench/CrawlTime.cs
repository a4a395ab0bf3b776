using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>A crawl of local pages through the ordinary kind: it should take as long as the pages do, and no longer.</summary>
sealed class CrawlTime(Target target)
{
    const int Count = 1000;
    const int AtOnce = 8;
    const double Goal = 1.15;

    static readonly TimeSpan Each = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    public async Task<Measured> Run()
    {
        // Unmeasured: the first pages of a fresh server are read while the runtime compiles.
        await Crawl(Count / 5);
        var (run, pages, took) = await Crawl(Count);
        var (ideal, measured) = (Each * Count / AtOnce, run.EndedAt!.Value - run.StartedAt!.Value);
        var ratio = measured / ideal;
        return new($"crawl of {Count} local pages of {Each.TotalMilliseconds} ms, {AtOnce} at once", $"at most {Goal} times what the pages take", ratio <= Goal && run.Items == Count)
        {
            Figures =
            [
                ("pages", pages, ""),
                ("items", run.Items, ""),
                ("ideal", ideal.TotalMilliseconds, "ms"),
                ("what the pages took", took.TotalMilliseconds / AtOnce, "ms"),
                ("measured", measured.TotalMilliseconds, "ms"),
                ("ratio to the ideal", ratio * 100, "%"),
            ],
        };
    }

    async Task<(RunDocument Run, long Pages, TimeSpan Took)> Crawl(int count)
    {
        await using var pages = await Pages.Serve(count, Each);
        var run = await target.Client.StartInline(new() { Definition = Definition(pages.Url + "/0", count) });
        while (!run.HasEnded)
            run = await target.Client.ReadRun(run.Id, Look, run.Revision);
        return run.State is "succeeded"
            ? (run, pages.Served, pages.Took)
            : throw new CommandException(ExitCode.Refused, $"The crawl has {run.State}: {run.Error}. A server that is not the benchmark's own needs --allow-address 127.0.0.1.");
    }

    static JsonElement Definition(string start, int count)
    {
        var payload = new JsonObject
        {
            ["startUrls"] = new JsonArray(start), ["fields"] = new JsonObject { ["says"] = "main p" },
            ["maxDepth"] = 10, ["maxPages"] = count, ["concurrency"] = AtOnce, ["delayMs"] = 0,
        };
        var nodes = new JsonObject
        {
            ["root"] = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("crawl") },
            ["crawl"] = new JsonObject { ["type"] = "crawl", ["payload"] = payload },
        };
        return JsonElement.Parse(new JsonObject { ["nodes"] = nodes }.ToJsonString());
    }
}
