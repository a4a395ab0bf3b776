using System.Diagnostics;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Sdk;

/// <summary>The example of a worker in .NET, as a process of its own at the end of a wire.</summary>
public sealed class ExampleTests : IAsyncLifetime
{
    readonly TestServer server = new();
    readonly string texts = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly List<Process> workers = [];

    public ValueTask InitializeAsync() => server.InitializeAsync();

    [Fact]
    public async Task It_counts_is_stopped_and_hands_back_on_SIGTERM()
    {
        await File.WriteAllTextAsync(Path.Combine(texts, "a.txt"), "one two three", Cancel);
        await File.WriteAllTextAsync(Path.Combine(texts, "b.txt"), "four", Cancel);
        var worker = await Begin("one");

        var counted = await Run("words", JsonSerializer.Serialize(new { path = texts }));
        var items = await server.Client.ReadItems(counted.Id, cancel: Cancel);
        Assert.Equal(["""{"file":"a.txt","words":3}""", """{"file":"b.txt","words":1}"""], items.Items.Select(item => item.Value.GetRawText()));
        var step = counted.Steps!.Single(one => one.Id == "work");
        Assert.Equal(("succeeded", """{"files":2,"words":4}"""), (step.State, step.Result!.Value.GetRawText()));
        Assert.Equal("b.txt", step.Attempt!.Progress!.Note);

        var stopped = await Napping();
        var reply = await server.Client.Stop(stopped.Id, new() { GraceSeconds = 20 }, TimeSpan.FromSeconds(30), Cancel);
        Assert.True(reply.IsGone);

        var returned = await Napping();
        await Signal.Send(worker.Id, "TERM");
        await worker.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(0, worker.ExitCode);
        var history = await server.Client.ReadEvents(returned.Id, cancel: Cancel);
        Assert.Contains(history.Events.SelectMany(change => change.Lines), line => line.Kind == "step_returned");
    }

    async Task<RunDocument> Run(string kind, string payload)
    {
        var run = await server.Client.StartInline(new() { Definition = Graph(kind, $", \"payload\": {payload}") }, cancel: Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        return await server.Client.ReadRun(run.Id, cancel: Cancel);
    }

    /// <summary>Its code has begun: it has said so.</summary>
    async Task<RunDocument> Napping()
    {
        var run = await server.StartAndBegin("nap", ", \"payload\": { \"seconds\": 1000 }");
        while ((await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Count == 0) { }
        return run;
    }

    async Task<Process> Begin(string name)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Example]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var key = (await server.Client.CreateKey(new() { Name = "of a worker", Scopes = ["work"] }, Cancel)).Key!;
        (start.Environment["Rein__Server"], start.Environment["Rein__Key"]) = (server.Http.BaseAddress!.ToString(), key);
        (start.Environment["Rein__Name"], start.Environment["Rein__FinishWithin"]) = (name, "00:00:00");
        var process = Process.Start(start)!;
        workers.Add(process);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("has opened session", StringComparison.Ordinal) is true)
                opened.TrySetResult();
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        // From here on the server knows its kinds.
        await opened.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        return process;
    }

    static string Example
    {
        get
        {
            var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')));
            return Path.Combine(Repository.Root, "examples", "dotnet-worker", "bin", configuration!, "net10.0", "DotnetWorker.dll");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
        {
            if (!worker.HasExited)
                worker.Kill();
            worker.Dispose();
        }
        await server.DisposeAsync();
        Directory.Delete(texts, recursive: true);
    }
}
