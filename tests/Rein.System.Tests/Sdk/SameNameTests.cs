using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Sdk;

/// <summary>Two hosts of one machine under one name.</summary>
public sealed class SameNameTests(TestServer server) : IClassFixture<TestServer>
{
    readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource mayReturn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task The_second_waits_until_the_first_has_ended_and_proves_nothing_of_what_that_executes()
    {
        var key = (await server.Client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        using var first = Build(key, new KeptLog());
        await first.StartAsync(Cancel);
        await UntilOpen();
        var run = (await server.Client.StartInline(new() { Definition = Graph("same-name", """, "payload": { "pool": "named", "maxAttempts": 1 }""") }, cancel: Cancel)).Id;
        await began.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        var session = await UntilOpen();

        var log = new KeptLog();
        using var second = Build(key, log);
        await second.StartAsync(Cancel);
        await Until(() => log.Text.Contains("this one waits", StringComparison.Ordinal) || log.Text.Contains("has opened", StringComparison.Ordinal));

        Assert.Contains("Another process of this machine is worker twice", log.Text, StringComparison.Ordinal);
        Assert.Equal(session, await UntilOpen());
        Assert.True((await server.Stores.Reader.Attempts(run, Cancel)).Single().Attempt.IsOpen);
        mayReturn.SetResult();
        await first.StopAsync(Cancel);
        await Until(() => log.Text.Contains("has opened", StringComparison.Ordinal));
        Assert.Equal("succeeded", (await server.Client.ReadRun(run, cancel: Cancel)).State);
        await second.StopAsync(Cancel);
    }

    IHost Build(string key, KeptLog log)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddReinWorker(options => (options.Server, options.Key, options.Name, options.Pool) = (new(server.Url), key, "twice", "named"))
            .Handle<object>("same-name", async (_, _, _) =>
            {
                began.TrySetResult();
                await mayReturn.Task;
            });
        return builder.Build();
    }

    async Task<Guid> UntilOpen()
    {
        while (true)
            if ((await server.Client.ListSessions(Cancel)).Sessions.SingleOrDefault(session => session.Worker == "twice") is { } open)
                return open.Id;
    }

    static async Task Until(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
