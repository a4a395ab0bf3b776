using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>What is done to a run, and when: everything of it is drawn before the run begins. Moments are parts of the time that it takes by itself.</summary>
sealed record StopPlan(string Example, int CallBack, double At, StopRunRequest Stop, TimeSpan? Waits, (double After, StopRunRequest Stop)? Again, IReadOnlyList<(double At, string What)> Meddling)
{
    /// <summary>Some come when it has ended.</summary>
    const double Latest = 1.1;

    static readonly string[] s_meddling = ["pause", "resume", "approve", "reject", "signal"];

    public static StopPlan Draw(string example, Random random)
    {
        var meddling = Enumerable.Range(0, random.Next(4)).Select(_ => (random.NextDouble() * Latest, s_meddling[random.Next(s_meddling.Length)]));
        return new(
            example, random.Next(3) switch { 0 => -1, 1 => 0, _ => random.Next(200) }, random.NextDouble() * Latest, NewStop(random),
            random.Next(2) == 0 ? TimeSpan.FromSeconds(30) : null, random.Next(3) == 0 ? (random.NextDouble() * Latest / 2, NewStop(random)) : null, [.. meddling.Order()]);
    }

    static StopRunRequest NewStop(Random random) => random.Next(3) switch
    {
        0 => new() { Force = true, Reason = "a trial" },
        1 => new() { Fence = "now", GraceSeconds = random.NextDouble() / 2, Reason = "a trial" },
        _ => new() { GraceSeconds = random.NextDouble(), Reason = "a trial" },
    };

    /// <returns>The answers to its stops.</returns>
    public async Task<IReadOnlyList<StopReply>> Do(ReinClient client, Guid run, TimeSpan length)
    {
        var meddling = Meddle(client, run, length);
        var replies = new List<StopReply>();
        await Pause(length * At);
        replies.Add(await client.Stop(run, Stop, Waits, TestServer.Cancel));
        if (Again is { } again)
        {
            await Pause(length * again.After);
            replies.Add(await client.Stop(run, again.Stop, cancel: TestServer.Cancel));
        }
        await meddling;
        return replies;
    }

    async Task Meddle(ReinClient client, Guid run, TimeSpan length)
    {
        var before = 0.0;
        foreach (var (at, what) in Meddling)
        {
            await Pause(length * (at - before));
            before = at;
            await Answered(() => what switch
            {
                "pause" => client.Pause(run, "a trial", TestServer.Cancel),
                "resume" => client.Resume(run, TestServer.Cancel),
                "approve" => client.Approve(run, "ask", "a trial", TestServer.Cancel),
                "reject" => client.Reject(run, "ask", "a trial", TestServer.Cancel),
                _ => client.Signal(run, "paid", cancel: TestServer.Cancel),
            });
        }
    }

    /// <summary>A run that has ended, stops, or does not wait refuses, with one of these words.</summary>
    static async Task Answered(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (ReinException refused) when (refused.Code is ProblemCodes.RunEnded or ProblemCodes.RunStopping or ProblemCodes.NotNow or ProblemCodes.StepNotFound or ProblemCodes.StepAnswered)
        {
        }
    }

    static Task Pause(TimeSpan time) => Task.Delay(time, TimeProvider.System, TestServer.Cancel);

    public override string ToString() =>
        $"{Example}, stop at {At:0.000} of its time ({Said(Stop)}{(Waits is null ? "" : ", waiting")}){(Again is { } again ? $", again {again.After:0.000} later ({Said(again.Stop)})" : "")}, call back {CallBack}, {string.Join(", ", Meddling.Select(one => $"{one.What} at {one.At:0.000}"))}";

    static string Said(StopRunRequest stop) => stop.Force is true ? "force" : $"{stop.Fence ?? "at_end"}, grace {stop.GraceSeconds:0.000} s";
}
