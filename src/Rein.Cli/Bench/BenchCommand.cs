using System.CommandLine;
using System.Text.Json.Nodes;
using Rein.Cli.Show;
using Rein.Cli.Soak;
using Rein.Cli.Up;

namespace Rein.Cli.Bench;

static class BenchCommand
{
    public static Command Build()
    {
        var what = new Argument<string>("what") { Description = "What to measure.", DefaultValueFactory = _ => "all" };
        var seconds = new Option<double>("--seconds") { Description = "How long each is measured.", DefaultValueFactory = _ => 30 };
        var warmUp = new Option<double>("--warm-up") { Description = "Seconds before starts, stops or the throughput are measured.", DefaultValueFactory = _ => 5 };
        var clients = new Option<int>("--clients") { Description = "How many start runs at once.", DefaultValueFactory = _ => 64 };
        var batch = new Option<int>("--batch") { Description = "How many starts in one request: 1 to 1,000.", DefaultValueFactory = _ => 500 };
        var runs = new Option<long>("--runs") { Description = "Throughput, retention: how many runs have ended in the database before it is measured. Default: none, and 200,000 for retention." };
        var url = new Option<string>("--url") { Description = "A running server, with the key in REIN_KEY or the data folder. Default: one of its own." };
        var minutes = new Option<double>("--minutes") { Description = "Soak: how long there is trouble.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int?>("--seed") { Description = "Soak: which trouble. Default: another each time; it is printed.", HelpName = "N" };
        var pool = new Option<string>("--pool") { Description = "With --url: the pool whose workers execute what is measured. Default: the default pool.", HelpName = "POOL" };
        var json = new Option<bool>("--json") { Description = "Prints the figures as JSON." };
        what.AcceptOnlyFromAmong("stop", "throughput", "latency", "processes", "crawl", "loop", "graph", "script", "dialects", "remote", "retention", "soak", "all");
        var command = new Command("bench", "Measures a server, its own or a running one; or gives its own and its workers trouble, and looks whether every promise is kept.") { what, seconds, warmUp, clients, batch, runs, minutes, seed, url, pool, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
        {
            if (parsed.GetRequiredValue(what) == "soak")
                return Soaking.Run(parsed.GetValue(seed), parsed.GetValue(minutes), parsed.GetValue(url), Screen.Standard);
            var plan = new BenchPlan(
                parsed.GetRequiredValue(what), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                parsed.GetValue(clients), parsed.GetValue(batch), parsed.GetValue(runs));
            return Run(plan, parsed.GetValue(url), parsed.GetValue(pool), parsed.GetValue(json));
        }));
        return command;
    }

    static async Task<ExitCode> Run(BenchPlan plan, string? url, string? pool, bool json)
    {
        plan.Check();
        HttpConnection.PreferInlineCompletions();
        if (pool is not null && url is null)
            throw new CommandException(ExitCode.BadUsage, "--pool is for a running server that has such workers: say which with --url.");
        if (plan.What is "remote" or "dialects" or "retention" && url is not null)
            throw new CommandException(ExitCode.BadUsage, $"{plan.What} measures what a server of its own spends: leave --url out.");
        await using var target = url is null ? await Target.StartOwn() : Running(url, pool);
        var all = new JsonArray();
        await foreach (var measured in plan.Run(target))
        {
            all.Add(BenchReport.Json(measured));
            if (!json)
                BenchReport.Print(Screen.Standard, measured);
        }
        if (json)
            Screen.Standard.Line(all.ToJsonString(new() { WriteIndented = true }));
        return ExitCode.Ok;
    }

    static Target Running(string url, string? pool)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not "http")
            throw new CommandException(ExitCode.BadUsage, $"--url {url} is no address like http://127.0.0.1:7300.");
        var key = Environment.GetEnvironmentVariable("REIN_KEY") ?? new DataFolder(DataFolder.Default).Key()
            ?? throw new CommandException(ExitCode.NoServer, "There is no key: set REIN_KEY, or REIN_DATA to the server's data folder.");
        return new(server, key, null) { Pool = pool };
    }
}
