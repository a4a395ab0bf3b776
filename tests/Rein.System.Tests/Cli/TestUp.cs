using System.Diagnostics;

namespace Rein.System.Tests.Cli;

/// <summary>A running `rein up`.</summary>
sealed class TestUp : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly Task<string> errors;

    TestUp(Process process, string ready)
    {
        (this.process, Ready) = (process, ready);
        errors = process.StandardError.ReadToEndAsync();
    }

    public string Ready { get; }

    public Uri Url => new(Ready.Split(' ')[1]);

    public int Pid => process.Id;

    /// <summary>What it has written to standard error, once it has ended.</summary>
    public async Task<string> Errors() => await errors;

    public static async Task<TestUp> Start(TestCli cli, params string[] options)
    {
        var process = cli.Start(options.Contains("--port") || options.Contains("--listen") ? ["up", .. options] : ["up", "--port", "0", .. options]);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return line is null ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync()) : new(process, line);
    }

    /// <summary>As somebody does who wants it to end in order.</summary>
    public async Task<int> Terminate()
    {
        await Signal.Send(process.Id, "TERM");
        return await Exit();
    }

    /// <summary>As a crash does.</summary>
    public async Task Crash()
    {
        process.Kill();
        await Exit();
    }

    /// <summary>Waits for it to end by itself.</summary>
    public async Task<int> Exit()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        await errors;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Terminate();
        process.Dispose();
    }
}

static class Signal
{
    public static async Task Send(int pid, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{pid}"]);
        await kill.WaitForExitAsync();
    }
}
