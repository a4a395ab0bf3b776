using Rein.Cli.Children;

namespace Rein.Cli.Bench;

/// <summary>One server, and one `rein worker` at the other end of a connection that executes everything. On a fresh server, or its memory says nothing.</summary>
sealed class Remote(Target target, ServerChild server, TimeSpan warmUp, TimeSpan length)
{
    const string Pool = "bench-remote";
    const string Workflow = "bench-hold";
    const int Capacity = 16_384;
    const int Stopped = 1000;
    const int Held = 10_000;
    const double StopsPerSecond = 50;
    const double StepsGoal = 10_000;
    const double MegabytesGoal = 200;

    /// <summary>Some heartbeats of the default length.</summary>
    static readonly TimeSpan Settles = TimeSpan.FromSeconds(15);

    /// <param name="clients">How many start no-ops at once.</param>
    /// <param name="batch">How many of them in one request.</param>
    public async IAsyncEnumerable<Measured> Run(int clients, int batch)
    {
        var key = await target.Client.CreateKey(new() { Name = Pool, Scopes = ["work"] });
        var data = Directory.CreateTempSubdirectory("rein-").FullName;
        await using (var worker = await WorkerChild.Start(new("bench-worker", data, target.Url, key.Key!, Pool, "noop,hold", Capacity)))
        await using (var remote = target.In(Pool))
        {
            await Workflows.SaveHold(remote, Workflow);
            yield return await Holding(remote, worker);
            yield return await Stops(remote);
            yield return await new Throughput(remote, warmUp, length).Batches(clients, batch, StepsGoal) with
            {
                Name = $"no-op steps through a remote worker, {clients} clients, batches of {batch}",
                Goal = $"at least {Show.Figures.Count((long)StepsGoal)} steps/s",
            };
        }
        Directory.Delete(data, recursive: true);
    }

    /// <summary>First, on a server that has done nothing yet: a heap that has grown for something else would hide what is held.</summary>
    async Task<Measured> Holding(Target remote, WorkerChild worker)
    {
        var before = await Look(worker);
        var held = new HeldRuns(remote, Workflow);
        await held.Fill(Held);
        await Task.Delay(Settles, TimeProvider.System);
        var holding = await Look(worker);
        await held.StopAll();
        var grown = holding.Memory - before.Memory;
        return new($"{Held:N0} attempts held by a remote worker", $"server ≤ {MegabytesGoal} MB more, no session more", grown <= MegabytesGoal && holding.Sessions == before.Sessions)
        {
            Figures =
            [
                ("server's memory before", before.Memory, "MB"),
                ("server's memory grows by", grown, "MB"),
                ("worker's memory grows by", holding.WorkerMemory - before.WorkerMemory, "MB"),
                ("sessions before", before.Sessions, ""),
                ("sessions, holding", holding.Sessions, ""),
                .. double.IsNaN(holding.Written) ? [] : ((string, double, string)[])[("written while idle", before.Written, "KB/s"), ("written, holding", holding.Written, "KB/s")],
            ],
        };
    }

    /// <summary>What is written while nothing happens but heartbeats.</summary>
    async Task<(double Memory, double WorkerMemory, double Sessions, double Written)> Look(WorkerChild worker)
    {
        var (written, began) = (ServerLoad.WrittenKilobytes(server.Pid), TimeProvider.System.GetTimestamp());
        await Task.Delay(Settles, TimeProvider.System);
        var perSecond = (ServerLoad.WrittenKilobytes(server.Pid) - written) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var sessions = (await target.Client.ListSessions()).Sessions.Count;
        return (ServerLoad.ResidentMegabytes(server.Pid), ServerLoad.ResidentMegabytes(worker.Pid), sessions, perSecond);
    }

    async Task<Measured> Stops(Target remote)
    {
        await NewTrial(remote).Run(warmUp, StopsPerSecond);
        var trial = NewTrial(remote);
        await trial.Run(length, StopsPerSecond);
        var isMet = trial.Heard is { Count: > 0 } heard && heard.Percentile(50).TotalMilliseconds <= 1.5 && heard.Percentile(99).TotalMilliseconds <= 10;
        return new($"stop → the token fires at a remote worker, {Stopped:N0} held", "p50 ≤ 1.5 ms, p99 ≤ 10 ms", isMet) { Stages = trial.Stages };
    }

    static StopTrial NewTrial(Target remote) => new(remote, Workflow, Stopped, "{\"reason\":\"bench\"}");
}
