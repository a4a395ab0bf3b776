using Rein.Server.Commits;

namespace Rein.System.Tests.Commits;

public sealed class RunIdsTests
{
    static readonly DateTimeOffset s_now = new(2026, 5, 1, 12, 0, 0, 123, TimeSpan.Zero);

    readonly FixedClock clock = new() { Now = s_now };
    readonly RunIds ids;

    public RunIdsTests() => ids = new(clock);

    [Fact]
    public void Ids_of_one_millisecond_are_in_the_order_in_which_they_were_made()
    {
        var made = Enumerable.Range(0, 10_000).Select(_ => ids.Next()).ToList();
        Assert.Equal(made.Select(id => id.ToString()).Order(StringComparer.Ordinal), made.Select(id => id.ToString()));
        Assert.Equal(made.Count, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal((7, 8), (id.Version, id.Variant & 0xC)));
        Assert.All(made, id => Assert.Equal(s_now, MadeAt(id)));
    }

    [Fact]
    public async Task Ids_that_are_made_at_once_are_all_different_and_each_asker_gets_larger_ones()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Select(_ => ids.Next()).ToList())));
        Assert.All(made, some => Assert.Equal(some.Order(), some));
        Assert.Equal(40_000, made.SelectMany(some => some).Distinct().Count());
    }

    [Fact]
    public void A_millisecond_that_is_full_goes_on_in_the_next()
    {
        var before = ids.Next();
        for (var i = 0; i < (1 << 20); i++)
        {
            var id = ids.Next();
            Assert.True(id.CompareTo(before) > 0);
            before = id;
        }
        Assert.Equal(s_now.AddMilliseconds(1), MadeAt(before));
    }

    [Fact]
    public void A_clock_that_is_put_back_a_little_takes_no_id_back_and_one_that_was_far_ahead_is_not_held_on_to()
    {
        var first = ids.Next();
        clock.Now = s_now.AddSeconds(-50);
        var second = ids.Next();
        Assert.True(second.CompareTo(first) > 0);
        clock.Now = s_now.AddSeconds(-70);
        Assert.Equal(s_now.AddSeconds(-70), MadeAt(ids.Next()));
        clock.Now = s_now.AddSeconds(1);
        Assert.Equal(s_now.AddSeconds(1), MadeAt(ids.Next()));
    }

    static DateTimeOffset MadeAt(Guid id) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id.ToString("N")[..12], 16));

    sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
