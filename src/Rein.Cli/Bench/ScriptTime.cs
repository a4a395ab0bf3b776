using System.Text.Json.Nodes;
using Rein.Protocol;

namespace Rein.Cli.Bench;

/// <summary>What a small script costs from its hand-out to its end, where interpreters wait for it and where they are used up; and how soon an endless one is gone after a stop.</summary>
sealed class ScriptTime(Target target, TimeSpan length)
{
    const double Goal = 10;
    const double StopGoal = 50;
    const double PerSecond = 4;

    /// <summary>The runtime compiles again what has been called thirty times.</summary>
    const int WarmUp = 40;

    static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    public async IAsyncEnumerable<Measured> Run()
    {
        foreach (var (language, small, endless) in ((string, string, string)[])
        [
            ("javascript", "return { sum: input.a + input.b }", "for (;;) {}"),
            ("python", "return {'sum': input['a'] + input['b']}", "while True: pass"),
        ])
        {
            yield return await Warm(language, small);
            yield return await Busy(language, small);
            yield return await Stops(language, endless);
        }
    }

    async Task<Measured> Warm(string language, string code)
    {
        await Save($"bench-{language}", language, code);
        // With pauses: those that wait are used up faster than they begin where there are none.
        var ended = await OneByOne($"bench-{language}", TimeSpan.FromSeconds(1 / PerSecond));
        return new($"small script, {language}, warm: assigned → ended", $"p50 ≤ {Goal} ms", ended.Count > 0 && ended.Percentile(50).TotalMilliseconds <= Goal) { Stages = [ended] };
    }

    async Task<Measured> Busy(string language, string code)
    {
        await Save($"bench-{language}", language, code);
        return new($"small script, {language}, one after the other without a pause: assigned → ended", null, null)
        {
            Stages = [await OneByOne($"bench-{language}", TimeSpan.FromMilliseconds(1))],
        };
    }

    async Task<Histogram> OneByOne(string workflow, TimeSpan apart)
    {
        var ended = new Histogram("ended");
        var count = (int)Math.Max(1, length.TotalSeconds * PerSecond);
        using var pace = new PeriodicTimer(apart, TimeProvider.System);
        for (var i = -WarmUp; i < count && await pace.WaitForNextTickAsync(); i++)
        {
            var run = await target.Client.Start(workflow);
            while (!run.HasEnded)
                run = await target.Client.ReadRun(run.Id, Look, run.Revision);
            if (run.State is not "succeeded")
                throw new CommandException(ExitCode.Refused, $"A script has {run.State}: {run.Error}. A server that is not the benchmark's own needs --allow script.");
            if (i >= 0)
                ended.Record(run.EndedAt!.Value - run.StartedAt!.Value);
        }
        return ended;
    }

    async Task<Measured> Stops(string language, string code)
    {
        var workflow = $"bench-{language}-endless";
        await Save(workflow, language, code);
        var trial = new StopTrial(target, workflow, population: 1, "{}");
        await trial.Run(length, PerSecond / 4);
        return new($"stop → endless script gone, {language}", $"p99 ≤ {StopGoal} ms", trial.Proved.Count > 0 && trial.Proved.Percentile(99).TotalMilliseconds <= StopGoal)
        {
            Stages = trial.Stages,
        };
    }

    Task<WorkflowDocument> Save(string name, string language, string code)
    {
        var payload = new JsonObject { ["language"] = language, ["code"] = code, ["input"] = new JsonObject { ["a"] = 1, ["b"] = 2 } };
        return Workflows.Save(target, name, new JsonObject { ["type"] = "script", ["payload"] = payload });
    }
}
