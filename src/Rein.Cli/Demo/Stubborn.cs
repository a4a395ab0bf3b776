using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Cli.Children;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Demo;

/// <summary>A process that ignores SIGTERM and has double-forked a daemon that does so too. Nothing of it is left.</summary>
sealed class Stubborn(ReinClient client, Screen screen)
{
    /// <summary>The subshell ends at once, so that the daemon has no parent any more, a session of its own, and the pipe still open.</summary>
    const string Script = """
        trap '' TERM
        ( setsid sh -c 'trap "" TERM; echo "daemon $$"; while :; do sleep 1; done' & )
        echo "parent $$"
        while :; do sleep 1; done
        """;

    static readonly TimeSpan Begins = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan ProofComes = TimeSpan.FromSeconds(20);

    public async Task Show()
    {
        screen.Line();
        screen.Line("2  A process that ignores SIGTERM, and has double-forked a daemon that ignores it too");
        screen.Line();
        var run = await client.StartInline(new() { Definition = Definition() });
        var before = await UntilDaemon(run.Id);
        screen.Line($"in /proc before the stop: {string.Join(", ", before.Select(process => $"{process.Pid} {Short(process.Command)}"))}");
        var sent = TimeProvider.System.GetUtcNow();
        var reply = await client.Stop(run.Id, new() { Reason = "does not listen", GraceSeconds = 1.5 }, ProofComes);
        var after = Remains.Of(run.Id);
        foreach (var line in Waterfall.Of(reply.Stop!, sent).Concat(ReceiptText.Of(reply.Stop!)))
            screen.Line(line);
        if (after.Count > 0 || !reply.IsGone)
            throw new CommandException(ExitCode.NotProved, $"{after.Count} processes are left: this must not happen.");
        screen.Line($"in /proc after the stop: nothing is left of these {before.Count}");
    }

    static JsonElement Definition()
    {
        var step = new JsonObject { ["type"] = "process", ["payload"] = new JsonObject { ["command"] = new JsonArray("sh", "-c", Script) } };
        var nodes = new JsonObject { ["root"] = new JsonObject { ["type"] = "manual", ["children"] = new JsonArray("stubborn") }, ["stubborn"] = step };
        return JsonElement.Parse(new JsonObject { ["nodes"] = nodes }.ToJsonString());
    }

    async Task<IReadOnlyList<(int Pid, string Command)>> UntilDaemon(Guid run)
    {
        const int parentDaemonAndTheirSleeps = 4;
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        IReadOnlyList<(int, string)> found = [];
        while (found.Count < parentDaemonAndTheirSleeps && TimeProvider.System.GetElapsedTime(began) < Begins && await timer.WaitForNextTickAsync())
            found = Remains.Of(run);
        if (found.Count == 0)
            throw new CommandException(ExitCode.Refused, $"It did not start: {(await client.ReadRun(run)).Error}");
        return found;
    }

    static string Short(string command) => command.ReplaceLineEndings(" ") is { Length: > 24 } text ? text[..23] + "…" : command;
}
