using System.Text;
using Rein.Cli.Children;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>The server that is measured.</summary>
sealed class Target(Uri url, string key, ServerChild? child) : IAsyncDisposable
{
    static readonly TimeSpan Drain = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    bool isBorrowed;

    public Uri Url => url;

    /// <summary>Null when it was running before.</summary>
    public ServerChild? Child => child;

    public ReinClient Client { get; } = Reach.Client(url, key);

    /// <summary>Whose workers execute what is measured; null for the default pool's.</summary>
    public string? Pool { get; init; }

    /// <summary>The same server, as long as this one lives, with what is measured executed by the workers of a pool.</summary>
    public Target In(string pool) => new(url, key, child) { Pool = pool, isBorrowed = true };

    /// <summary>Room for a thousand runs that hold their place, and for the load beside them.</summary>
    static string[] Roomy => ["--allow", "process", "--allow", "script", "--allow-address", "127.0.0.1", "--capacity", "4096"];

    public static async Task<Target> StartOwn() => Of(await ServerChild.Start(Roomy));

    /// <summary>On a data folder that is there, and gone with it.</summary>
    public static async Task<Target> StartOn(string data, params string[] more) => Of(await ServerChild.StartOn(data, [.. Roomy, .. more]));

    static Target Of(ServerChild child) => new(child.Url, child.Key, child);

    /// <summary>Returns when no run of the workflow is open any more.</summary>
    public async Task UntilIdle(string workflow)
    {
        var began = TimeProvider.System.GetTimestamp();
        var open = new RunQuery { Workflow = workflow, States = ["queued", "running", "waiting"], Limit = 1 };
        while ((await Client.ListRuns(open)).Runs.Count > 0)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Drain)
                throw new CommandException(ExitCode.Refused, $"After {Drain.TotalSeconds} s there are still runs of {workflow} that have not ended.");
            await Task.Delay(Look, TimeProvider.System);
        }
    }

    public byte[] Start(string workflow) => Post($"/v1/workflows/{workflow}/runs", "{}");

    public byte[] StartBatch(string workflow, int count) =>
        Post($"/v1/workflows/{workflow}/runs:batch", $"{{\"runs\":[{string.Join(',', Enumerable.Repeat("{}", count))}]}}");

    public byte[] Stop(Guid run, string body) => Post($"/v1/runs/{run}/stop", body);

    byte[] Post(string path, string body) => Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return isBorrowed ? ValueTask.CompletedTask : child?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
