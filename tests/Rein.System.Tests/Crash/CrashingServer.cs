using System.Diagnostics;
using System.Text;
using Rein.Protocol;

namespace Rein.System.Tests.Crash;

/// <summary>A real `rein up` in a process of its own, on a data folder that outlives it.</summary>
sealed class CrashingServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly HttpClient http;

    CrashingServer(Process process, string url, string key)
    {
        this.process = process;
        Url = new(url);
        http = new() { BaseAddress = new(url), Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Client = new(http);
    }

    public ReinClient Client { get; }

    public Uri Url { get; }

    /// <param name="crash">As REIN_TRIAL_CRASH takes it; null: it lives until it is told to end.</param>
    /// <param name="options">More than what each has.</param>
    public static async Task<CrashingServer?> Start(string data, string? crash, params string[] options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "rein.dll"), "up", "--data", data, "--port", "0", "--allow", "process",
                "--heartbeat-seconds", "0.5", "--proof-seconds", "1",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var option in options)
            start.ArgumentList.Add(option);
        start.Environment["REIN_TRIAL_CRASH"] = crash ?? "";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TimeProvider.System);
        // It may crash before it is ready: a duty of its former life is a commit as well.
        if (line?.Split(' ') is not ["ready", var url, ..])
            return null;
        var key = await File.ReadAllTextAsync(Path.Combine(data, "admin.key"), Encoding.UTF8);
        return new(process, url, key.Trim());
    }

    /// <summary>`kill -9`.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Until it has crashed by itself.</summary>
    public async Task UntilCrashed()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(137, process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
