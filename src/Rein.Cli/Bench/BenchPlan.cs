using Rein.Cli.Bench.Dialects;

namespace Rein.Cli.Bench;

/// <summary>What is measured, and in which order: the quiet things first.</summary>
/// <param name="Runs">How many runs have ended in the database before the throughput, or what pruning costs, is measured; 0 for as many as that usually takes.</param>
sealed record BenchPlan(string What, TimeSpan Length, TimeSpan WarmUp, int Clients, int Batch, long Runs)
{
    const double OneByOneGoal = 10_000;
    const double BatchGoal = 20_000;
    const int BatchClients = 8;
    const int LoopWidth = 100;

    public void Check()
    {
        if (Length < TimeSpan.FromSeconds(1) || WarmUp < TimeSpan.Zero || Clients is < 1 or > 1000 || Batch is < 1 or > 1000 || Runs is < 0 or > 100_000_000)
            throw new CommandException(ExitCode.BadUsage, "--seconds is at least 1, --clients and --batch are 1 to 1,000, --runs is at most 100,000,000.");
    }

    public async IAsyncEnumerable<Measured> Run(Target target)
    {
        if (target.Child is { } child)
        {
            yield return new Yardstick(child.Data).Run();
            if (Wants("latency"))
                yield return await new Outset(target, child).Run();
        }
        if (Wants("latency"))
            yield return await new IdleStarts(target, WarmUp, Length).Run();
        if (Wants("processes"))
        {
            yield return await new ProcessStops(target, Length).Cooperative();
            yield return await new ProcessStops(target, Length).Forced();
        }
        if (Wants("crawl"))
            yield return await new CrawlTime(target).Run();
        if (Wants("loop"))
        {
            yield return await new LoopTime(target).Executed(LoopWidth);
            yield return await new LoopTime(target).Decided();
            yield return await new LoopTime(target).Reading(LoopWidth);
        }
        if (Wants("graph"))
            await foreach (var measured in new GraphTime(target).Run())
                yield return measured;
        if (Wants("script"))
            await foreach (var measured in new ScriptTime(target, Length).Run())
                yield return measured;
        if (Wants("dialects") && target.Child is not null)
            await foreach (var measured in new DialectTime(target, target.Child, target.Child.Key).Run())
                yield return measured;
        if (Wants("stop"))
        {
            yield return await new StopLatency(target, WarmUp, Length).Quiet();
            yield return await new StopLatency(target, WarmUp, Length).UnderLoad(Clients);
        }
        if (Wants("remote") && target.Child is not null)
            await foreach (var measured in Remote(target))
                yield return measured;
        if (What == "retention" && target.Child is not null)
            await foreach (var measured in new PruningCost(target, target.Child, WarmUp, Length).Run(Runs > 0 ? Runs : PruningCost.UsualRuns, Clients))
                yield return measured;
        if (Wants("throughput"))
        {
            if (Runs > 0)
            {
                await Workflows.SaveNoop(target, "bench-noop");
                await new Filling(target, "bench-noop").Run(Runs);
            }
            yield return await new Throughput(target, WarmUp, Length).OneByOne(Clients, OneByOneGoal);
            yield return await new Throughput(target, WarmUp, Length).Batches(BatchClients, Batch, BatchGoal);
        }
    }

    /// <summary>Where other things were measured before, on another server.</summary>
    async IAsyncEnumerable<Measured> Remote(Target target)
    {
        await using var fresh = What == "all" ? await Target.StartOwn() : null;
        var server = fresh ?? target;
        await foreach (var measured in new Remote(server, server.Child!, WarmUp, Length).Run(BatchClients, Batch))
            yield return measured;
    }

    bool Wants(string what) => What == what || What == "all";
}
