using System.Globalization;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

public sealed class RateTests
{
    const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_bucket_gives_what_a_second_brings_and_says_how_long_until_the_next()
    {
        var bucket = new Bucket(20, Second);
        for (var i = 0; i < 20; i++)
            Assert.True(bucket.TryTake(0, out _));
        Assert.False(bucket.TryTake(0, out var wait));
        Assert.Equal(TimeSpan.FromMilliseconds(50), wait);
        Assert.True(bucket.TryTake(wait.Ticks, out _));
        Assert.False(bucket.TryTake(wait.Ticks, out _));
        Assert.False(bucket.IsFull(Second));
        Assert.True(bucket.IsFull(2 * Second));
    }

    [Fact]
    public void A_slow_bucket_holds_ten()
    {
        var bucket = new Bucket(0.5, Second);
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => bucket.TryTake(0, out var _)));
        Assert.False(bucket.TryTake(Second, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
    }

    [Fact]
    public async Task Many_who_take_at_once_get_no_more_than_there_is()
    {
        var bucket = new Bucket(1000, Second);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Count(_ => bucket.TryTake(0, out var _)))));
        Assert.Equal(1000, taken.Sum());
    }

    [Fact]
    public void Budgets_are_bounded_and_those_that_are_empty_are_remembered()
    {
        var clock = new ManualClock();
        var book = new BudgetBook(1, null, clock);
        var busy = Guid.CreateVersion7(clock.GetUtcNow());
        while (book.Of(busy, null, null).Requests!.TryTake(clock.GetTimestamp(), out _)) { }
        for (var i = 0; i < 2 * BudgetBook.Most; i++)
            book.Of(Guid.CreateVersion7(clock.GetUtcNow()), null, null);
        Assert.InRange(book.Count, 1, BudgetBook.Most);
        Assert.False(book.Of(busy, null, null).Requests!.TryTake(clock.GetTimestamp(), out _));
        Assert.Same(Budgets.Unlimited, new BudgetBook(null, null, clock).Of(busy, null, null));
    }

    [Fact]
    public async Task Starts_and_reads_that_are_too_many_are_refused_and_a_stop_never_because_of_them()
    {
        await using var server = new TestServer { Adjust = options => options with { RequestsPerSecond = 0.01 } };
        await server.InitializeAsync();
        var run = await server.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        for (var i = 0; i < 9; i++)
            await server.Client.ListRuns(cancel: Cancel);
        using (var refused = await server.Send(HttpMethod.Get, "/v1/runs"))
        {
            Assert.InRange(int.Parse(Assert.Single(refused.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture), 90, 100);
            await Refused.With(ProblemCodes.RateLimited, refused);
        }
        await Refused.With(ProblemCodes.RateLimited, () => server.Client.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel));
        for (var i = 0; i < 50; i++)
            await server.Client.Stop(run.Id, cancel: Cancel);
        await Refused.With(ProblemCodes.RateLimited, () => server.Client.ReadReceipt(run.Id, Cancel));
    }

    [Fact]
    public async Task Stops_have_a_budget_of_their_own_and_a_key_may_have_its_own_figures()
    {
        await using var server = new TestServer();
        await server.InitializeAsync();
        var run = await server.StartAndBegin("hold");
        var key = await server.Client.CreateKey(new() { Name = "narrow", Scopes = ["read", "stop"], RequestsPerSecond = 0.01, StopsPerSecond = 1 }, Cancel);
        Assert.Equal((0.01, 1.0), (key.RequestsPerSecond, key.StopsPerSecond));
        using var narrow = server.Connect(key.Key!);
        await Refused.With(ProblemCodes.RateLimited, async () =>
        {
            for (var i = 0; i < 100; i++)
                await narrow.Stop(run.Id, cancel: Cancel);
        });
        for (var i = 0; i < 10; i++)
            await narrow.ListRuns(cancel: Cancel);
        await Refused.With(ProblemCodes.RateLimited, () => narrow.ListRuns(cancel: Cancel));
        // Others go on.
        for (var i = 0; i < 100; i++)
            await server.Client.ListRuns(cancel: Cancel);
        await server.Client.Stop(run.Id, cancel: Cancel);
    }
}
