using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Steps.Tests.Host;

/// <summary>The kind <c>script</c> as a worker of its own has it, with a folder of its own.</summary>
public sealed class ScriptHost : IAsyncDisposable
{
    /// <summary>The interpreter itself: a shim in front of it would add to its environment, and be slow.</summary>
    static readonly string Python = FindPython();

    static int last;

    readonly StopThread thread = new();
    readonly ProcessHost host;
    readonly string folder = Directory.CreateTempSubdirectory("rein-script-test-").FullName;

    public ScriptHost() : this(options => options)
    {
    }

    internal ScriptHost(Func<ScriptOptions, ScriptOptions> with, Containment containment = Containment.Cgroup, TimeProvider? time = null)
    {
        host = new($"scripts{Environment.ProcessId}", $"w{Interlocked.Increment(ref last)}", thread, containment);
        Folder = Path.Combine(folder, "scripts");
        Step = new(host, with(new(Folder) { Warm = 0, Interpreters = ScriptOptions.ParseInterpreters([$"python={Python}"]) }), time ?? TimeProvider.System);
    }

    internal ScriptStep Step { get; }

    /// <summary>Where the working folders are.</summary>
    public string Folder { get; }

    internal Task<(EndedReport End, IReadOnlyList<System.Text.Json.JsonElement> Items)> Run(string language, string code, JsonNode? input = null, JsonObject? more = null) =>
        Attempt.Run(Step.Execute, Payload(language, code, input, more));

    internal Attempt Begin(string language, string code, JsonObject? more = null) => new(Step.Execute, Payload(language, code, null, more));

    static string Payload(string language, string code, JsonNode? input, JsonObject? more)
    {
        var payload = more ?? [];
        (payload["language"], payload["code"]) = (language, code);
        if (input is not null)
            payload["input"] = input;
        return payload.ToJsonString();
    }

    static string FindPython()
    {
        using var asked = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"])
        {
            RedirectStandardOutput = true,
        })!;
        return asked.StandardOutput.ReadToEnd().Trim();
    }

    public async ValueTask DisposeAsync()
    {
        await Step.DisposeAsync();
        await host.DisposeAsync();
        thread.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
