using Rein.Cli.Children;
using Rein.Cli.Show;

namespace Rein.Cli.Soak;

/// <summary>One server, some workers in trouble, and a load of everything; then peace, and the question whether every promise was kept.</summary>
/// <param name="seed">Which troubles, and which stops. When exactly each comes, the machine has a word in.</param>
sealed class Soaking(int seed, TimeSpan length)
{
    const int Workers = 3;
    public const int Capacity = 64;

    readonly Findings findings = new();

    /// <exception cref="CommandException">It cannot be done so.</exception>
    public static Task<ExitCode> Run(int? seed, double minutes, string? url, Screen screen)
    {
        if (minutes is not (>= 0.05 and <= 10_080))
            throw new CommandException(ExitCode.BadUsage, "--minutes is from 0.05 to 10,080, which is a week.");
        if (url is not null)
            throw new CommandException(ExitCode.BadUsage, "soak starts a server and workers of its own, and gives them trouble: leave --url out.");
        return new Soaking(seed ?? Random.Shared.Next(), TimeSpan.FromMinutes(minutes)).Run(screen);
    }

    async Task<ExitCode> Run(Screen screen)
    {
        screen.Line($"seed {seed}");
        await using var server = await ServerChild.Start("--heartbeat-seconds", "0.5", "--lease-seconds", "2.5");
        using var client = server.Client();
        await Mixture.Save(client);
        var key = await client.CreateKey(new() { Name = Mixture.Pool, Scopes = ["work"] });
        var workers = Enumerable.Range(1, Workers).Select(number => NewWorker(number, server.Url, key.Key!)).ToList();
        try
        {
            await Task.WhenAll(workers.Select(worker => worker.Begin()));
            var load = new Load(client, new(seed), findings);
            using (var over = new CancellationTokenSource(length, TimeProvider.System))
                await Task.WhenAll([load.Run(over.Token), .. workers.Select(worker => worker.Shake(over.Token))]);
            await new Promises(client, load.Runs, findings).Check(workers);
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
        return Tell(screen);
    }

    ShakenWorker NewWorker(int number, Uri server, string key)
    {
        var wire = new CutWire(server);
        var data = Directory.CreateTempSubdirectory("rein-").FullName;
        // A name is one worker's of a machine: what another of that name has left, in another folder, keeps this one from proving anything. A soak beside this one has its own.
        return new(new($"soak-{Environment.ProcessId}-{number}", data, wire.Url, key, Mixture.Pool, "noop,hold,process", Capacity), wire, new(SeedOf(number)), findings);
    }

    int SeedOf(int number) => unchecked((seed * 31) + number);

    ExitCode Tell(Screen screen)
    {
        foreach (var (what, count) in findings.Counts)
            screen.Line($"{Figures.Count(count),9}  {what}");
        foreach (var fault in findings.Faults)
            screen.Line($"BROKEN: {fault}");
        screen.Line(findings.AreNone ? "every promise was kept" : $"not every promise was kept; again: rein bench soak --seed {seed}");
        return findings.AreNone ? ExitCode.Ok : ExitCode.Refused;
    }
}
