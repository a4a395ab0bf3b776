using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Protocol;
using Rein.Server;
using Rein.Server.Access;
using Rein.Steps;
using Rein.Storage.Sqlite;
using Rein.Worker;
using Rein.Worker.Ladder;

namespace Rein.Cli.Up;

/// <summary>
/// The first stop of a server's life should not be the one that waits for the compiler: after `ready`, one run is started and stopped on a
/// server and a store of its own, which are thrown away. Nothing of it touches what is real.
/// </summary>
static class Rehearsal
{
    const string Name = "rehearsal-";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly JsonElement Graph = JsonElement.Parse(
        """{ "nodes": { "root": { "type": "manual", "children": ["hold"] }, "hold": { "type": "hold" } } }""");

    /// <summary>Unless REIN_REHEARSAL says "off": it costs about a second of processor time.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("REIN_REHEARSAL") is not "off";

    /// <summary>On the pool: nobody waits for it.</summary>
    /// <param name="data">In it a folder of this process's own is made, and taken away again; so is one that a crash of another has left.</param>
    /// <returns>Whether it came to its end. If not, that is nobody's trouble: the first stop takes a little longer.</returns>
    public static Task<bool> Run(string data, CancellationToken stop) => Task.Run(async () =>
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        var folder = Path.Combine(data, Name + Environment.ProcessId);
        var isDone = await Try(() => Sweep(data)) && await Try(() => Play(folder, patience.Token));
        isDone &= await Try(() => Remove(folder));
        // A whole server is garbage now; by itself the collector would keep it until there is work.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return isDone;
    }, CancellationToken.None);

    /// <summary>Only what is ours by its name and by what is in it, and whose process is no more.</summary>
    static Task Sweep(string data)
    {
        foreach (var left in Directory.EnumerateDirectories(data, Name + "*"))
            if (IsLeft(left))
                Directory.Delete(left, recursive: true);
        return Task.CompletedTask;
    }

    static bool IsLeft(string folder) =>
        int.TryParse(Path.GetFileName(folder).AsSpan(Name.Length), out var pid)
        && !Directory.Exists($"/proc/{pid}") && File.Exists(Path.Combine(folder, "rein.db"));

    static async Task<bool> Try(Func<Task> part)
    {
        try
        {
            await part();
            return true;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return false;
        }
    }

    static Task Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    static async Task Play(string folder, CancellationToken cancel)
    {
        await using var stores = SqliteStores.Open(folder, TimeProvider.System, Rules.Default);
        await stores.Migrate(cancel);
        var key = KeyRing.Draw();
        await KeyRing.Found(stores.Keys, key, TimeProvider.System, cancel);
        await using var server = ReinServer.Build(stores, new() { Listen = "http://127.0.0.1:0", IsOnlyNode = true, TelemetryName = "Rein.Rehearsal" }, NullLoggerProvider.Instance);
        await server.Start(cancel);
        using var thread = new StopThread();
        using var over = new CancellationTokenSource();
        using var worker = new ReinWorker(server.EmbeddedChannel, new("rehearsal", 1), thread).Handle(Hold.Kind, Hold.Execute);
        var working = worker.Run(null, over.Token);
        try
        {
            using var client = Reach.Client(new Uri(server.Url), key);
            var run = await client.StartInline(new() { Definition = Graph }, cancel: cancel);
            await client.Stop(run.Id, new() { Reason = "a rehearsal" }, TimeSpan.FromSeconds(5), cancel);
            await client.ReadReceipt(run.Id, cancel);
        }
        finally
        {
            await over.CancelAsync();
            await working;
        }
        await server.Stop(cancel);
    }
}
