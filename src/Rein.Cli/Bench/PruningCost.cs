using Rein.Cli.Children;

namespace Rein.Cli.Bench;

/// <summary>
/// What those who start runs notice of pruning: the same server on copies of one data folder, with a bound and without, by turns, so that a machine that becomes
/// slower meanwhile does so for both.
/// </summary>
/// <param name="length">How long a start, and the throughput, are measured with pruning, and how long without, all rounds together.</param>
sealed class PruningCost(Target source, ServerChild server, TimeSpan warmUp, TimeSpan length)
{
    public const long UsualRuns = 200_000;

    const int Rounds = 3;
    const double MostOfStart = 1.1;
    const double LeastOfThroughput = 0.9;

    /// <param name="runs">How many have ended before.</param>
    /// <param name="clients">How many start runs at once where the throughput is measured.</param>
    public async IAsyncEnumerable<Measured> Run(long runs, int clients)
    {
        await new History(source).Write(runs);
        await server.End();
        var (without, with) = (new List<Turn>(), new List<Turn>());
        for (var round = 0; round < Rounds; round++)
        {
            var isPruningFirst = round % 2 == 1;
            (isPruningFirst ? with : without).Add(await Take(isPruningFirst, clients));
            (isPruningFirst ? without : with).Add(await Take(!isPruningFirst, clients));
        }
        if (with.Exists(turn => turn.Pruned >= runs))
            throw new CommandException(ExitCode.Refused, $"{runs:N0} runs were pruned before all was measured: give more with --runs.");
        yield return Starts(without, with);
        yield return Throughputs(without, with);
    }

    async Task<Turn> Take(bool isPruning, int clients)
    {
        await using var target = await Target.StartOn(Copy(server.Data), isPruning ? ["--keep-runs-count", "1"] : []);
        var (began, each) = (TimeProvider.System.GetTimestamp(), length / Rounds);
        var start = (await new IdleStarts(target, warmUp, each).Run()).Stages.Single(stage => stage.Name == "handler runs");
        var (prunedIdle, idle) = (await Pruned(target), TimeProvider.System.GetElapsedTime(began));
        var load = await new Throughput(target, warmUp, each).OneByOne(clients, 0);
        var (pruned, all) = (await Pruned(target), TimeProvider.System.GetElapsedTime(began));
        return new(start, load.Figures.Single(figure => figure.Name == "succeeded").Value, pruned)
        {
            PrunedIdle = prunedIdle / idle.TotalSeconds, PrunedBusy = (pruned - prunedIdle) / (all - idle).TotalSeconds,
        };
    }

    static Task<double> Pruned(Target target) => Scrape.Of(target, "rein_pruned_total{what=\"runs\"}");

    /// <summary>On the disk when it returns: what is still to be written would be measured as well.</summary>
    static string Copy(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("rein-").FullName;
        foreach (var file in Directory.GetFiles(folder))
        {
            var to = Path.Combine(copy, Path.GetFileName(file));
            File.Copy(file, to);
            using var handle = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(handle);
        }
        return copy;
    }

    static Measured Starts(List<Turn> without, List<Turn> with)
    {
        var ratio = Ratio(without, with, turn => turn.Start.Percentile(50).TotalMilliseconds);
        return new("idle start → handler running, beside pruning", $"p50 at most {MostOfStart} times what it is without", ratio <= MostOfStart && with.TrueForAll(turn => turn.PrunedIdle > 0))
        {
            Figures =
            [
                ("p50 with pruning", ratio * 100, "% of what it is without"),
                ("p99 with pruning", Ratio(without, with, turn => turn.Start.Percentile(99).TotalMilliseconds) * 100, "%"),
                ("pruned beside it", with.Average(turn => turn.PrunedIdle), "runs/s"),
            ],
            Stages = [Histogram.Of("without", without.Select(turn => turn.Start)), Histogram.Of("with pruning", with.Select(turn => turn.Start))],
        };
    }

    static Measured Throughputs(List<Turn> without, List<Turn> with)
    {
        var ratio = Ratio(without, with, turn => turn.Rate);
        return new("no-op runs one by one, beside pruning", $"at least {LeastOfThroughput} times what they are without", ratio >= LeastOfThroughput && with.TrueForAll(turn => turn.PrunedBusy > 0))
        {
            Figures =
            [
                ("with pruning", ratio * 100, "% of what it is without"),
                .. without.Select((turn, round) => ($"round {round + 1}, without", turn.Rate, "runs/s")),
                .. with.Select((turn, round) => ($"round {round + 1}, with pruning", turn.Rate, "runs/s")),
                ("pruned beside it", with.Average(turn => turn.PrunedBusy), "runs/s"),
            ],
        };
    }

    /// <summary>Of each round, and of those the one in the middle: a round in which the machine was disturbed says nothing.</summary>
    static double Ratio(List<Turn> without, List<Turn> with, Func<Turn, double> figure) =>
        without.Zip(with, (one, other) => figure(other) / figure(one)).Order().ElementAt(Rounds / 2);

    /// <param name="Rate">Runs that succeeded in a second.</param>
    /// <param name="Pruned">How many runs were, in all.</param>
    sealed record Turn(Histogram Start, double Rate, double Pruned)
    {
        /// <summary>In a second, beside single starts.</summary>
        public double PrunedIdle { get; init; }

        /// <summary>The same at full load.</summary>
        public double PrunedBusy { get; init; }
    }
}
