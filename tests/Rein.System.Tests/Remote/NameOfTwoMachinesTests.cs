using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>Two processes that bear one name, where neither could see the other.</summary>
public sealed class NameOfTwoMachinesTests : IAsyncLifetime
{
    readonly TestServer server = new() { Adjust = options => options with { Heartbeat = TimeSpan.FromMilliseconds(200), Lease = TimeSpan.FromSeconds(60) } };

    [Fact]
    public async Task Who_was_replaced_and_lives_is_refused_as_long_as_the_other_lives_and_whoever_has_just_begun_is_not()
    {
        using var worker = await server.ConnectWith("work");
        var first = await Open();
        Assert.True((await worker.Beat(first, new([]), Cancel)).IsOpen);
        // Its next life, which may have lost its memory with its process.
        var second = await Open();
        // An answer that was lost: nobody knows of that session, and nobody beats in it.
        second = await Open(previous: second);
        Assert.True((await worker.Beat(second, new([]), Cancel)).IsOpen);

        var refused = await Refused.With(ProblemCodes.WorkerNameTaken, () => Open(previous: first));

        Assert.Contains("A process at 127.0.0.1 is twin since ", refused.Detail!, StringComparison.Ordinal);
        Assert.True((await worker.Beat(second, new([]), Cancel)).IsOpen);
        second = await Open(previous: second);
        await worker.CloseSession(second, Cancel);
        await Open(previous: first);

        async Task<Guid> Open(Guid? previous = null) => (await worker.OpenSession(new("twin", "twins", ["hold"], 1) { Previous = previous }, Cancel)).Session;
    }

    /// <summary>Two addresses of one server are two servers to what looks whether a name is borne on the same machine.</summary>
    [Fact]
    public async Task A_host_whose_name_another_has_taken_says_so_and_waits_until_that_has_left()
    {
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        var log = new KeptLog();
        using var first = Build(key, new(server.Url), log);
        await first.StartAsync(Cancel);
        var replaced = await Open();
        using var second = Build(key, new(server.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), new());
        await second.StartAsync(Cancel);
        await Until(() => Task.FromResult(log.Text.Contains(ProblemTable.Of(ProblemCodes.WorkerNameTaken).Title, StringComparison.Ordinal)));

        var taken = await Open();
        Assert.NotEqual(replaced, taken);
        await second.StopAsync(Cancel);
        await Until(async () => await Open() != taken);
        await first.StopAsync(Cancel);
    }

    static IHost Build(string key, Uri at, KeptLog log)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddReinWorker(options => (options.Server, options.Key, options.Name, options.Pool) = (at, key, "twin host", "twins"))
            .Handle<object>("nothing", (_, _, _) => Task.CompletedTask);
        return builder.Build();
    }

    async Task<Guid> Open()
    {
        while (true)
            if ((await server.Client.ListSessions(Cancel)).Sessions.SingleOrDefault(session => session.Worker == "twin host") is { } open)
                return open.Id;
    }

    static async Task Until(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
