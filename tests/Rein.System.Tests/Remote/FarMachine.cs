using System.Diagnostics;
using System.Globalization;
using Rein.Protocol;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>A server, and `rein worker --allow process` in a process of its own at the other end of a real connection. It can be killed, and begin anew under its name.</summary>
public sealed class FarMachine : IAsyncLifetime
{
    public const string Pool = "far";

    readonly TestCli machine = new();
    readonly string name = $"far-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
    Process? worker;

    public TestServer Server { get; } = new()
    {
        Adjust = options => options with { Heartbeat = TimeSpan.FromMilliseconds(500), Lease = TimeSpan.FromSeconds(60) },
    };

    public ReinClient Client => Server.Client;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        machine.Environment["REIN_KEY"] = (await Client.CreateKey(new() { Name = name, Scopes = ["work"] }, Cancel)).Key!;
        await Boot();
    }

    /// <summary>It has swept what its former life left, and has a session.</summary>
    public async Task Boot()
    {
        worker = machine.Start("worker", "--server", Server.Url, "--pool", Pool, "--name", name, "--allow", "process", "--data", machine.Data);
        Assert.StartsWith($"ready {name}", await worker.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel), StringComparison.Ordinal);
    }

    /// <summary>`kill -9` of the worker alone.</summary>
    public async Task Kill()
    {
        worker!.Kill();
        await worker.WaitForExitAsync(Cancel);
        worker.Dispose();
        worker = null;
    }

    /// <summary>Starts a process there that prints the pids of all it consists of when it is where the trial wants it.</summary>
    public async Task<(Guid Run, int[] Pids)> Start(string python)
    {
        // A test that failed may have left nobody here.
        if (worker is null)
            await Boot();
        var command = global::System.Text.Json.JsonSerializer.Serialize<string[]>(["python3", "-ESsc", python]);
        var run = (await Client.StartInline(new()
        {
            Definition = Graph("process", $$""", "payload": { "pool": "{{Pool}}", "items": "lines", "command": {{command}}, "workingDirectory": "{{machine.Data}}" }"""),
        }, cancel: Cancel)).Id;
        while (true)
        {
            if ((await Client.ReadItems(run, cancel: Cancel)).Items is [var line, ..])
                return (run, [.. line.Value.GetString()!.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))]);
            Assert.Null((await Client.ReadRun(run, TimeSpan.FromMilliseconds(50), cancel: Cancel)).EndedAt);
        }
    }

    /// <summary>Whatever executes on the machine and carries the mark of this worker.</summary>
    public IReadOnlyList<string> Marked() =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && IsAlive(pid) && Read($"{folder}/environ").Contains($"/{name}/", StringComparison.Ordinal))];

    /// <summary>A zombie executes nothing; whoever is its parent will bury it.</summary>
    public static bool IsAlive(int pid) => Read($"/proc/{pid}/stat") is { Length: > 0 } stat && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (worker is not null)
        {
            await Signal.Send(worker.Id, "TERM");
            await worker.WaitForExitAsync();
            worker.Dispose();
        }
        await Server.DisposeAsync();
        machine.Dispose();
    }
}
