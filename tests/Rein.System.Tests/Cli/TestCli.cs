using System.Diagnostics;

namespace Rein.System.Tests.Cli;

/// <summary>The real `rein`, in processes of its own, on a data folder of its own.</summary>
sealed class TestCli(string? data = null) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Data { get; } = data ?? Directory.CreateTempSubdirectory("rein-cli-").FullName;

    /// <summary>What is set on top of the environment of every command.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>What stands before every command, e.g. to run it where other file systems are mounted.</summary>
    public string[] Prefix { get; init; } = [];

    public async Task<Said> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return await Until(process);
    }

    public Process Start(params string[] arguments)
    {
        string[] command = [.. Prefix, Path.Combine(AppContext.BaseDirectory, "rein"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["REIN_DATA"] = Data;
        start.Environment.Remove("REIN_URL");
        start.Environment.Remove("REIN_KEY");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <param name="within">A minute, if nothing is said.</param>
    public static async Task<Said> Until(Process process, TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"`rein {string.Join(' ', process.StartInfo.ArgumentList)}` did not end.");
        }
    }

    public string Write(string name, string text)
    {
        var file = Path.Combine(Data, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Data, recursive: true);
}

sealed record Said(int Code, string Output, string Errors)
{
    public string Line => Output.Trim();
}
