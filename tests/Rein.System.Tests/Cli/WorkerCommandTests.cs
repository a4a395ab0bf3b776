using System.Diagnostics;
using Rein.Protocol;

namespace Rein.System.Tests.Cli;

/// <summary>`rein worker`, in a process of its own, at a server in another.</summary>
public sealed class WorkerCommandTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly TestCli server = new();
    readonly TestCli machine = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_on_another_machine_executes_processes_survives_a_restart_of_its_server_and_leaves_in_order()
    {
        var port = FreePort();
        var up = await TestUp.Start(server, "--port", port, "--heartbeat-seconds", "0.5", "--lease-seconds", "30");
        var key = (await server.Run("keys", "create", "worker", "--scope", "work")).Line;
        machine.Environment["REIN_KEY"] = key.Split(' ', '\n').First(word => word.StartsWith("rein_", StringComparison.Ordinal));
        using var worker = Worker($"http://127.0.0.1:{port}");
        Assert.StartsWith("ready far-away  pool lab  kinds process", await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        var file = server.Write("held.json", """{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "process", "payload": { "pool": "lab", "items": "lines", "command": ["sh", "-c", "echo $$; exec sleep 1000"] } } } }""");
        var run = (await server.Run("start", "--file", file)).Line;
        using var client = Client(port);
        var pid = await FirstItem(client, Guid.Parse(run));

        await up.Crash();
        up = await TestUp.Start(server, "--port", port, "--heartbeat-seconds", "0.5", "--lease-seconds", "30");
        await using (up)
        {
            using var again = Client(port);
            // It is the same attempt, and the same process, and it is stopped there.
            Assert.True(Directory.Exists($"/proc/{pid}"));
            var stopped = await again.Stop(Guid.Parse(run), new() { GraceSeconds = 5 }, TimeSpan.FromSeconds(30), Cancel);
            Assert.Equal(("exited", "terminated", 1), (stopped.Stop!.Verdict, stopped.Stop.Rung, stopped.Stop.Attempts.Count));
            Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} lives");

            await Signal.Send(worker.Id, "TERM");
            await worker.WaitForExitAsync(Cancel).WaitAsync(Patience, TimeProvider.System, Cancel);
            Assert.Equal(0, worker.ExitCode);
            Assert.DoesNotContain((await again.ListSessions(Cancel)).Sessions, session => session.Worker == "far-away");
        }
    }

    [Fact]
    public async Task A_worker_that_cannot_work_says_why()
    {
        Assert.Equal(5, (await machine.Run("worker", "--data", machine.Data)).Code);
        machine.Environment["REIN_KEY"] = "rein_nothing";
        Assert.Equal(2, (await machine.Run("worker", "--name", "a b")).Code);
        Assert.Equal(2, (await machine.Run("worker", "--allow", "evm")).Code);
        Assert.Equal(2, (await machine.Run("worker", "--capacity", "0")).Code);
        Assert.Equal(2, (await machine.Run("worker", "--server", "ftp://x")).Code);
        Assert.Equal(2, (await machine.Run("worker", "--key-file", "/nowhere")).Code);
        await using var up = await TestUp.Start(server);
        var refused = await machine.Run("worker", "--server", up.Ready.Split(' ')[1], "--data", machine.Data);
        Assert.Equal(5, refused.Code);
        Assert.Contains("unauthenticated", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_key_is_revoked_ends_what_it_holds_and_says_why_it_leaves()
    {
        await using var up = await TestUp.Start(server, "--heartbeat-seconds", "0.5", "--lease-seconds", "30");
        var url = up.Ready.Split(' ')[1];
        using var client = Client(new Uri(url).Port.ToString(provider: null));
        var key = await client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel);
        machine.Environment["REIN_KEY"] = key.Key!;
        using var worker = Worker(url);
        await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel);
        var file = server.Write("held.json", """{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "process", "payload": { "pool": "lab", "items": "lines", "command": ["sh", "-c", "echo $$; exec sleep 1000"] } } } }""");
        var run = (await server.Run("start", "--file", file)).Line;
        var pid = await FirstItem(client, Guid.Parse(run));
        var asks = server.Write("asks.json", $$"""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "http", "payload": { "pool": "lab", "url": "{{url}}/healthz" } } } }""");
        Assert.Contains($"open it with: rein worker --allow-address {new Uri(url).Authority}", (await server.Run("start", "--watch", "--file", asks)).Output, StringComparison.Ordinal);

        await client.RevokeKey(key.Id, Cancel);

        var said = await TestCli.Until(worker);
        Assert.Equal(5, said.Code);
        Assert.Contains("unauthenticated", said.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} lives");
    }

    Process Worker(string url) =>
        machine.Start("worker", "--server", url, "--pool", "lab", "--name", "far-away", "--allow", "process", "--allow", "http", "--data", Path.Combine(machine.Data, "worker"));

    ReinClient Client(string port) => new(new Uri($"http://127.0.0.1:{port}"), File.ReadAllText(Path.Combine(server.Data, "admin.key")).Trim());

    static async Task<string> FirstItem(ReinClient client, Guid run)
    {
        await foreach (var change in client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "step_assigned"))
                break;
        while (true)
        {
            if ((await client.ReadItems(run, cancel: Cancel)).Items is [var first, ..])
                return first.Value.GetString()!;
            await client.ReadRun(run, TimeSpan.FromMilliseconds(200), cancel: Cancel);
        }
    }

    static string FreePort()
    {
        using var listener = new global::System.Net.Sockets.TcpListener(global::System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((global::System.Net.IPEndPoint)listener.LocalEndpoint).Port.ToString(provider: null);
    }

    public void Dispose()
    {
        server.Dispose();
        machine.Dispose();
    }
}
