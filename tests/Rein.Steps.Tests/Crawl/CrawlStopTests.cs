using Microsoft.AspNetCore.Http;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;
using Rein.Tests;

namespace Rein.Steps.Tests.Crawl;

public sealed class CrawlStopTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_ends_in_a_request_that_nobody_answers() => await Stop((site, reached) => site.On("/a", async context =>
    {
        reached();
        await context.RequestAborted.UntilTold();
    }));

    [Fact]
    public async Task It_ends_while_a_page_trickles() => await Stop((site, reached) => site.On("/a", async context =>
    {
        context.Response.ContentType = "text/html";
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.WriteAsync("<p>");
            await context.Response.Body.FlushAsync();
            if (i == 3)
                reached();
            await tick.WaitForNextTickAsync();
        }
    }));

    [Fact]
    public async Task It_ends_in_the_pause_between_two_pages() =>
        await Stop((site, reached) => site.Text("/a", "<title>a</title>").On("/", async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<title>0</title><a href=/a>a</a>");
            reached();
        }), delayMs: 60_000, isAlsoFirst: true);

    [Fact]
    public async Task It_ends_while_robots_are_asked_for() => await Stop((site, reached) => site.On("/robots.txt", async context =>
    {
        reached();
        await context.RequestAborted.UntilTold();
    }), items: 0);

    [Fact]
    public async Task It_ends_in_a_page_that_takes_long_to_read()
    {
        var slow = PageReaderTests.Slow;
        await Stop((site, reached) => site.On("/a", async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync(slow);
            await context.Response.CompleteAsync();
            reached();
        }));
    }

    [Fact]
    public async Task What_was_found_before_the_stop_is_kept_and_nothing_is_asked_for_after_it()
    {
        await using var site = await Site.Start();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.Page("/", "0", [.. Enumerable.Range(1, 60).Select(i => $"/{i}")]);
        for (var i = 1; i <= 60; i++)
            site.Page($"/{i}", "x");
        site.On("/30", async context =>
        {
            reached.TrySetResult();
            await context.RequestAborted.UntilTold();
        });
        await using var attempt = new Attempt(Kinds.Crawl.Execute, $$"""{ "startUrls": ["{{site.Url}}"], "delayMs": 0, "concurrency": 1 }""");
        await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        var end = await attempt.Stop();

        Assert.Equal(AttemptOutcome.Stopped, end.Outcome);
        Assert.Equal(30, attempt.Items.Count);
        Assert.Equal("/30", site.Asked.Last());
    }

    [Fact]
    public async Task A_page_has_so_much_time_and_then_the_next_one_has_its_turn()
    {
        await using var site = await Site.Start();
        site.Page("/", "0", "/slow", "/b").Page("/b", "B")
            .On("/slow", context => context.RequestAborted.UntilTold());

        var (end, items) = await Attempt.Run(Kinds.Crawl.Execute,
            $$"""{ "startUrls": ["{{site.Url}}"], "delayMs": 0, "concurrency": 1, "pageTimeoutSeconds": 3 }""");

        Assert.Equal(AttemptOutcome.Succeeded, end.Outcome);
        Assert.Equal(["0", "it was not there within 3 s", "B"],
            items.Select(item => item.TryGetProperty("error", out var error) ? error.GetString() : item.GetProperty("title").GetString()));
    }

    static async Task Stop(Action<Site, Action> change, int delayMs = 0, bool isAlsoFirst = false, int? items = null)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await Site.Start();
        if (!isAlsoFirst)
            site.Page("/", "0", "/a");
        change(site, () => reached.TrySetResult());
        await using var attempt = new Attempt(Kinds.CrawlOutOfTime.Execute, $$"""{ "startUrls": ["{{site.Url}}"], "delayMs": {{delayMs}} }""");
        await reached.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(AttemptOutcome.Stopped, (await attempt.Stop()).Outcome);
        Assert.True(items is null || items == attempt.Items.Count);
        Kinds.EndedWithTheStop(attempt.EndedAfter);
    }
}
