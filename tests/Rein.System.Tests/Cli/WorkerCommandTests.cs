using System.Diagnostics;
using Rein.Cli.Children;
using Rein.Cli.Up;
using Rein.Cli.Workers;
using Rein.Protocol;
using Rein.Protocol.Workers;

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
        // Whoever takes its name would be asked what became of what it executes.
        var second = await machine.Run("worker", "--server", $"http://127.0.0.1:{port}", "--name", "far-away", "--data", Path.Combine(machine.Data, "other"));
        Assert.Equal((2, ""), (second.Code, second.Output));
        Assert.Contains("Another worker of this machine is far-away", second.Errors, StringComparison.Ordinal);

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
    public async Task A_worker_that_is_allowed_processes_and_crawls_executes_both_for_its_pool_and_nothing_else()
    {
        await using var up = await TestUp.Start(server);
        var url = up.Ready.Split(' ')[1];
        using var client = Client(new Uri(url).Port.ToString(provider: null));
        machine.Environment["REIN_KEY"] = (await client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        using var worker = machine.Start(
            "worker", "--server", url, "--pool", "lab", "--name", "both", "--allow", "process,crawl", "--allow-address", new Uri(url).Authority, "--data", Path.Combine(machine.Data, "worker"));
        Assert.StartsWith("ready both  pool lab  kinds process,crawl", await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel));
        var file = server.Write("both.json", $$"""
            { "nodes": { "root": { "type": "manual", "children": ["site"] },
              "site": { "type": "crawl", "payload": { "pool": "lab", "startUrls": ["{{url}}/docs"], "maxPages": 2, "delayMs": 0 }, "children": ["say"] },
              "say": { "type": "process", "payload": { "pool": "lab", "items": "lines", "command": ["echo", "{{"{{site.result.pages}}"}} pages"] } } } }
            """);
        var run = Guid.Parse((await server.Run("start", "--file", file)).Line);
        await foreach (var change in client.Watch(run, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "ended"))
                break;

        Assert.Equal("2 pages", (await client.ReadItems(run, cancel: Cancel)).Items[^1].Value.ToString());
        Assert.Equal(["crawl", "drill", "process"], (await client.ListSessions(Cancel)).Sessions.Single(session => session.Worker == "both").Kinds.Order());
        await Signal.Send(worker.Id, "TERM");
        await worker.WaitForExitAsync(Cancel).WaitAsync(Patience, TimeProvider.System, Cancel);
    }

    [Fact]
    public void A_worker_without_a_name_is_named_for_its_machine_and_its_folder()
    {
        Assert.Equal("box-0123456789ab", RemoteWorker.NameOf("box", "0123456789ab"));
        Assert.All(["", ".x", "a b/ü", new string('x', 80)], machine => Assert.True(RemoteWorker.IsName(RemoteWorker.NameOf(machine, "0123456789ab"))));
    }

    [Fact]
    public void What_a_worker_of_the_same_name_with_another_folder_has_left_is_not_proved_to_be_gone()
    {
        var name = $"same-{Environment.ProcessId}";
        using var left = Process.Start(new ProcessStartInfo("sleep", "1000") { Environment = { ["REIN_ATTEMPT"] = $"other/{name}/a/7" } })!;
        try
        {
            var others = Remains.OfOtherFolders("own", name);

            Assert.Equal(left.Id, Assert.Single(others).Pid);
            Assert.Empty(Remains.OfOtherFolders("other", name));
            Assert.Empty(Remains.OfOtherFolders("own", name + "x"));
            var proof = new FormerLife(new([], []), Containment.Tree, others).Prove(new(Guid.Empty, "work", 1));
            Assert.Equal((null, $"{left.Id}"), (proof.Rung, Assert.Single(proof.Residuals).Id));
        }
        finally
        {
            left.Kill();
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

    [Fact]
    public async Task A_worker_whose_name_one_of_another_machine_has_taken_says_so_and_waits_until_that_has_left()
    {
        await using var up = await TestUp.Start(server, "--heartbeat-seconds", "0.5", "--lease-seconds", "30");
        var url = up.Ready.Split(' ')[1];
        using var client = Client(new Uri(url).Port.ToString(provider: null));
        machine.Environment["REIN_KEY"] = (await client.CreateKey(new() { Name = "worker", Scopes = ["work"] }, Cancel)).Key!;
        using var worker = Worker(url);
        await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel);
        await worker.StandardError.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel);
        using var other = new ReinClient(new Uri(url), machine.Environment["REIN_KEY"]);
        var taken = await other.OpenSession(new("far-away", "lab", ["nothing"], 1), Cancel);
        while (!(await other.Beat(taken.Session, new([]), Cancel)).IsOpen)
            taken = await other.OpenSession(new("far-away", "lab", ["nothing"], 1), Cancel);

        Assert.Contains("waits until another has left: ", await worker.StandardError.ReadLineAsync(Cancel).AsTask().WaitAsync(Patience, TimeProvider.System, Cancel), StringComparison.Ordinal);
        await other.CloseSession(taken.Session, Cancel);
        using var patience = new CancellationTokenSource(Patience);
        while (!(await client.ListSessions(patience.Token)).Sessions.Any(session => session.Worker == "far-away"))
            await Task.Yield();
        await Signal.Send(worker.Id, "TERM");
        Assert.Equal(0, (await TestCli.Until(worker)).Code);
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
