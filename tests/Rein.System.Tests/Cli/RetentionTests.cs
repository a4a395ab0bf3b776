using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Storage.Sqlite;
using Rein.Storage.Sqlite.Engine;
using Rein.System.Tests.Clock;
using Rein.System.Tests.Host;
using Rein.System.Tests.Metrics;
using Rein.System.Tests.Nodes;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Cli;

/// <summary>What `rein up` was told to keep goes by the loop that it runs itself.</summary>
public sealed class RetentionTests : IDisposable
{
    readonly TestCli cli = new();
    readonly SetClock clock = new();
    readonly string key = KeyRing.Draw();

    [Fact]
    public async Task Each_of_the_three_bounds_takes_what_it_alone_says_and_the_figures_count_it()
    {
        var life = await FormerLife();
        RememberOfTwoMonthsAgo(60);
        await using var up = await TestUp.Start(cli, "--keep-runs", "4m", "--keep-runs-count", "3", "--keep-receipts", "8m");
        using var client = new ReinClient(up.Url, key);

        var page = await WithReceiptsPruned(up.Url);

        // The count alone says so of the oldest, which has ended just now, and the age of those that ended ten and six minutes ago.
        await Refused.With(ProblemCodes.RunPruned, () => client.ReadRun(life.Oldest, cancel: Cancel));
        await Refused.With(ProblemCodes.RunPruned, () => client.ReadRun(life.EndedSixMinutesAgo, cancel: Cancel));
        await Refused.With(ProblemCodes.RunNotFound, () => client.ReadRun(life.EndedTenMinutesAgo, cancel: Cancel));
        Assert.Equal("stopped", (await client.ReadRun(life.Latest, cancel: Cancel)).State);

        Assert.NotNull((await client.ReadReceipt(life.Oldest, Cancel)).PrunedAt);
        Assert.NotNull((await client.ReadReceipt(life.EndedSixMinutesAgo, Cancel)).PrunedAt);
        await Refused.With(ProblemCodes.RunNotFound, () => client.ReadReceipt(life.EndedTenMinutesAgo, Cancel));

        Assert.Equal((3, 1, 1), (page[Pruned("runs")], page[Pruned("definitions")], page[Pruned("receipts")]));
        Assert.True(page[Pruned("rows")] > 3, page.Text);
        Assert.Equal(2, Remembered());
    }

    /// <summary>Four runs that were stopped, in the order of their starts; the first of them has a definition of its own and was the last to end.</summary>
    async Task<Life> FormerLife()
    {
        clock.Set(TimeSpan.FromMinutes(-10));
        var time = new SteadyTime(clock);
        await using (var stores = SqliteStores.Open(cli.Data, time, NodeSetup.Quick.Rules))
        {
            await stores.Migrate(Cancel);
            await KeyRing.Found(stores.Keys, key, time, Cancel);
        }
        await using var node = await TestNode.Start(new()
        {
            Options = NodeSetup.Quick with { Time = time }, Stores = () => SqliteStores.Open(cli.Data, time, NodeSetup.Quick.Rules),
        });
        var oldest = await Begin(node, """{ "stop": { "graceSeconds": 9 } }""");
        var tenMinutes = await End(node, await Begin(node));
        clock.Set(TimeSpan.FromMinutes(4));
        var sixMinutes = await End(node, await Begin(node));
        clock.Set(TimeSpan.FromMinutes(6));
        var latest = await End(node, await Begin(node));
        return new(await End(node, oldest), tenMinutes, sixMinutes, latest);
    }

    static async Task<Guid> Begin(TestNode node, string payload = "{}")
    {
        var run = await node.StartRun(Graphs.Single("hold", payload));
        await node.Until(run, now => now.ActiveAttempts == 1);
        return run;
    }

    static async Task<Guid> End(TestNode node, Guid run)
    {
        await node.Stop(run);
        await node.UntilProved(run);
        return run;
    }

    /// <summary>Runs that were pruned then: more than one small step forgets.</summary>
    void RememberOfTwoMonthsAgo(int runs)
    {
        using var connection = Connection.OpenWriter(Database);
        connection.Run($"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {runs})
            INSERT INTO pruned (run, org, at, is_swept, state, killed, handed_out, created_at, ended_at, used, credits, items)
            SELECT randomblob(16), zeroblob(16), (unixepoch() - 60 * 86400) * 1000000, 1, 3, 0, 1, 0, 0, 0, 0, 0 FROM n
            """);
    }

    /// <summary>Those among them that were stopped, and whose receipt is kept, are not forgotten.</summary>
    long Remembered()
    {
        using var connection = Connection.OpenReader(Database);
        using var count = connection.Prepare("count", "SELECT count(*) FROM pruned");
        return count.ReadOne(row => row.Long());
    }

    string Database => Path.Combine(cli.Data, "rein.db");

    /// <summary>They are the last that a pass of the loop looks at.</summary>
    static async Task<Page> WithReceiptsPruned(Uri server)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var http = new HttpClient { BaseAddress = server };
        while (true)
            if (new Page(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), patience.Token)) is var page && page[Pruned("receipts")] > 0)
                return page;
    }

    static string Pruned(string what) => $"rein_pruned_total{{what=\"{what}\"}}";

    public void Dispose() => cli.Dispose();

    sealed record Life(Guid Oldest, Guid EndedTenMinutesAgo, Guid EndedSixMinutesAgo, Guid Latest);
}
