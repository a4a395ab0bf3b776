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

    /// <summary>Five times: a machine with other work may be late once, code that does not listen always is.</summary>
    public static async Task EndsPromptly(Func<Task<TimeSpan?>> stop)
    {
        var took = new List<TimeSpan>();
        for (var i = 0; i < 5 && !took.Exists(time => time < TimeSpan.FromMilliseconds(50)); i++)
            took.Add(await stop() ?? throw new InvalidOperationException("It had ended before the stop."));
        Assert.Contains(took, time => time < TimeSpan.FromMilliseconds(50));
    }
}
