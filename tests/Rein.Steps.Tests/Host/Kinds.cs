using Rein.Protocol.Outward;
using Rein.Steps.Crawl;
using Rein.Steps.Http;

namespace Rein.Steps.Tests.Host;

/// <summary>The kinds, with the loopback opened for the sites of the test and nothing else.</summary>
static class Kinds
{
    static readonly AddressGuard Guard = new(OpenedAddresses.Of(["127.0.0.1"]));

    public static HttpStep Http { get; } = new(Guard, TimeProvider.System);

    public static CrawlStep Crawl { get; } = new(Guard, TimeProvider.System);

    /// <summary>The same on a clock that stands still: no time of theirs ever passes, so what ends them is the stop and nothing else.</summary>
    public static HttpStep HttpOutOfTime { get; } = new(Guard, new HandTime());

    public static CrawlStep CrawlOutOfTime { get; } = new(Guard, new HandTime());

    /// <summary>
    /// It ends with the stop, every time. How soon is not measured here, where other work may hold up a thread, but bounded: what waits for an answer, or
    /// works on, takes for ever or half a minute.
    /// </summary>
    public static void EndedWithTheStop(TimeSpan? took)
    {
        Assert.NotNull(took);
        Assert.InRange(took.Value, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }
}
