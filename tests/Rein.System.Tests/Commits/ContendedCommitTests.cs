using Rein.Core.Stores;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Commits;

public sealed class ContendedCommitTests
{
    [Theory(DisplayName = "A commit that met another is tried again, and nobody reads that the store was away; where it was away, somebody does")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_race_is_no_outage(bool isContended)
    {
        var refusals = 2;
        using var log = new KeptLog();
        await using var server = new TestServer
        {
            Log = log,
            Adjust = options => options with
            {
                Probe = (_, isCommitted) =>
                {
                    if (!isCommitted && Interlocked.Decrement(ref refusals) >= 0)
                        throw new StoreException("the key was used meanwhile") { IsTransient = true, IsContended = isContended };
                },
            },
        };
        await server.InitializeAsync();

        await server.Client.StartInline(new() { Definition = TestServer.Graph("noop") }, cancel: TestServer.Cancel);

        Assert.True(refusals < 0);
        Assert.Equal(!isContended, log.Text.Contains("The store did not take a commit", StringComparison.Ordinal));
    }
}
