using System.Diagnostics;
using Rein.Cli.Up;
using Rein.Protocol;

namespace Rein.Cli.Children;

/// <summary>A `rein up` of its own, in a process and a data folder of its own, for the demo and the benchmark.</summary>
sealed class ServerChild : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process process;
    bool isKept;
    bool hasEnded;

    ServerChild(Process process, string data, Uri url, TimeSpan readyAfter)
    {
        (this.process, Data, Url, ReadyAfter) = (process, data, url, readyAfter);
        Key = new DataFolder(data).Key() ?? throw new CommandException(ExitCode.NoServer, $"There is no key in {data}.");
    }

    public string Data { get; }

    public Uri Url { get; }

    public string Key { get; }

    /// <summary>From exec to the ready line.</summary>
    public TimeSpan ReadyAfter { get; }

    public int Pid => process.Id;

    public ReinClient Client() => Reach.Client(Url, Key);

    /// <exception cref="CommandException">It did not become ready; what it said is on standard error.</exception>
    public static Task<ServerChild> Start(params string[] options) => StartOn(Directory.CreateTempSubdirectory("rein-").FullName, options);

    /// <summary>The same on a folder that is there, and gone with it.</summary>
    /// <exception cref="CommandException">It did not become ready; what it said is on standard error.</exception>
    public static async Task<ServerChild> StartOn(string data, params string[] options)
    {
        var began = TimeProvider.System.GetTimestamp();
        var process = Itself.Start(["up", "--data", data, "--port", "0", .. options], data);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System);
            if (line?.Split(' ') is not ["ready", var url, ..])
                throw new CommandException(ExitCode.NoServer, "The server did not start.");
            return new(process, data, new(url), TimeProvider.System.GetElapsedTime(began));
        }
        catch
        {
            process.Kill();
            Directory.Delete(data, recursive: true);
            throw;
        }
    }

    /// <summary>It ends in order; its folder stays until it is disposed of.</summary>
    public async Task End()
    {
        if (hasEnded)
            return;
        hasEnded = true;
        await process.End();
    }

    /// <summary>Lets it live on when this process ends.</summary>
    public void Keep() => isKept = true;

    public async ValueTask DisposeAsync()
    {
        if (isKept)
            return;
        await End();
        Directory.Delete(Data, recursive: true);
    }
}
