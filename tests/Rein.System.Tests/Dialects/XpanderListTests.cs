using Rein.Core.Stores;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Dialects.XpanderCalls;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>A list reads what it tells, whatever there is behind it.</summary>
public sealed class XpanderListTests : IAsyncLifetime
{
    /// <summary>More than a page and the chunk that it is found in.</summary>
    const int Many = 205;

    readonly TestServer server;
    int looked;

    public XpanderListTests() => server = new()
    {
        Between = stores => Instead.Of(stores, "get_Extras", (real, _) => Instead.Of(real.Extras, "Of", (extras, args) =>
        {
            Interlocked.Add(ref looked, ((IReadOnlyCollection<Guid>)args[0]!).Count);
            return extras.Of((IReadOnlyCollection<Guid>)args[0]!, (CancellationToken)args[1]!);
        })),
    };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_page_without_filters_reads_nothing_of_what_is_behind_it_and_counts_all()
    {
        var agent = await server.Agent("noop");
        var name = (await server.Tell("GET", $"{Rest}/agents/{agent}")).Text("unique_name")!;
        var begun = new List<Guid>();
        for (var number = 0; number < Many; number++)
            begun.Add((await server.Client.Start(name, cancel: Cancel)).Id);
        var newest = await server.Invoke(agent);
        foreach (var id in begun.Append(Guid.Parse(newest)))
            await server.Client.Until(id, run => run.EndedAt is not null);

        foreach (var query in new[] { "", "&status=completed", $"&agent_id={agent}" })
        {
            looked = 0;
            var page = await server.Tell("GET", $"{Rest}/tasks?per_page=1{query}");
            Assert.Equal((Many + 1, Many + 1, newest), (page["total"].GetInt32(), page["total_pages"].GetInt32(), page["items"][0].GetProperty("id").GetString()));
            Assert.InRange(looked, 1, 110);
        }
        Assert.Equal(0, (await server.Tell("GET", $"{Rest}/tasks?per_page=1&status=failed"))["total"].GetInt32());

        Assert.Equal(204, (await server.Tell("DELETE", $"{Rest}/tasks/{newest}")).Status);
        Assert.Equal(Many, (await server.Tell("GET", $"{Rest}/tasks?per_page=1"))["total"].GetInt32());
        var last = await server.Tell("GET", $"{Rest}/tasks?per_page=50&page=5");
        Assert.Equal((Many, Many - 200), (last["total"].GetInt32(), last["items"].GetArrayLength()));
        looked = 0;
        var behind = await server.Tell("GET", $"{Rest}/tasks?per_page=50&page=900");
        Assert.Equal((0, 0), (behind["items"].GetArrayLength(), looked));
        // In another state there is nothing to look at.
        foreach (var query in new[] { "internal_status=held", "internal_status=Deadline", "internal_status=nonsense", "internal_status=running&status=completed", "status=failed&user_id=nobody" })
        {
            looked = 0;
            Assert.Equal(0, (await server.Tell("GET", $"{Rest}/tasks?{query}"))["total"].GetInt32());
            Assert.Equal(0, looked);
        }
        Assert.Equal(Many, (await server.Tell("GET", $"{Rest}/tasks?internal_status=completed"))["total"].GetInt32());
        // What is below a task began behind it.
        await server.BreakStore($"UPDATE runs SET created_at = created_at - 3600000000 WHERE id IN (SELECT id FROM runs ORDER BY id LIMIT {Many - 20})");
        looked = 0;
        Assert.Equal(0, (await server.Tell("GET", $"{Rest}/tasks?parent_task_id={begun[^1]}"))["total"].GetInt32());
        Assert.InRange(looked, 1, 110);
        // What stands beside them is looked for beside all of them.
        looked = 0;
        Assert.Equal(0, (await server.Tell("GET", $"{Rest}/tasks?per_page=1&user_id=nobody"))["total"].GetInt32());
        Assert.InRange(looked, Many, 3 * Many);
    }
}
