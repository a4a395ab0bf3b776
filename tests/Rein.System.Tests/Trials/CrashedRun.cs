using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>
/// A run of an example whose server is killed under it: what somebody wanted of it and was promised, in whichever life; and what must have become of it. Of two kinds: as the
/// example stands, where the loss of a worker is a failure of its step; and patient, with tries enough and times so short that they are up in the next life.
/// </summary>
sealed class CrashedRun(Examples examples, TrialSite site, string example, string key, bool isPatient, Random random)
{
    const int Tries = 20;

    static readonly string[] s_executed = ["process", "script", "http", "crawl"];
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    readonly int callBack = random.Next(3) switch { 0 => -1, 1 => 0, _ => random.Next(1000) };
    readonly int timeout = random.Next(500, 2500);
    readonly string? answer = random.Next(3) switch { 0 => "approve", 1 => "reject", _ => null };
    readonly TimeSpan? stopAfter = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(1500)) : null;
    readonly TimeSpan? pauseAfter = random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(1500)) : null;
    readonly bool isForced = random.Next(2) == 0;
    bool wantsStop, wantsPause;
    bool? mustStop, mustBePaused;
    string? answered;

    public string Example => example;

    /// <summary>Null where nobody was told that it was accepted: then it was promised to nobody.</summary>
    public Guid? Id { get; private set; }

    /// <summary>Starts it, and does to it what was drawn; ends with the server at the latest.</summary>
    public async Task Begin(ReinClient client)
    {
        Id = (await client.StartInline(new() { Definition = Definition(), Input = examples.Input(example, key, callBack), LimitKey = CrashTrialTests.Limit }, cancel: TestServer.Cancel)).Id;
        await Task.WhenAll(Stop(client), Pause(client), Answer(client));
    }

    JsonElement Definition()
    {
        var definition = Examples.Definition(example);
        if (isPatient)
            foreach (var (name, node) in definition["nodes"]!.AsObject())
                MakePatient(name, node!);
        return JsonSerializer.SerializeToElement(definition);
    }

    /// <summary>The archive is moved once: whoever does it again finds nothing, so that is done by one try alone, as the example has it.</summary>
    void MakePatient(string name, JsonNode node)
    {
        if (node["payload"] is not JsonObject payload)
            return;
        if (s_executed.Contains((string)node["type"]!) && name is not "keep" && payload["finally"] is null)
            (payload["maxAttempts"], payload["backoff"]) = (Tries, new JsonObject { ["initialSeconds"] = 0.05, ["factor"] = 1 });
        if (payload["timeoutMs"] is not null && !IsAnsweredSomeDay)
            payload["timeoutMs"] = timeout;
        if (payload["workflow"] is not null)
            payload["workflow"] = CrashTrialTests.PatientChild;
    }

    bool IsAnsweredSomeDay => example is "wait-for-callback" ? callBack >= 0 : answer is not null;

    async Task Stop(ReinClient client)
    {
        if (stopAfter is not { } after)
            return;
        await Task.Delay(after, TimeProvider.System, TestServer.Cancel);
        wantsStop = true;
        var reply = await client.Stop(Id!.Value, new() { Force = isForced, GraceSeconds = isForced ? null : 0.3 }, cancel: TestServer.Cancel);
        mustStop = reply.Answer is not "already_ended";
    }

    async Task Pause(ReinClient client)
    {
        if (pauseAfter is not { } after)
            return;
        await Task.Delay(after, TimeProvider.System, TestServer.Cancel);
        wantsPause = true;
        if (await Taken(() => client.Pause(Id!.Value, "a trial", TestServer.Cancel)))
            mustBePaused = true;
    }

    /// <summary>As soon as it asks, whichever life that is in.</summary>
    async Task Answer(ReinClient client)
    {
        if (example is not "ask-before-deleting" || answer is null || answered is not null)
            return;
        var run = await client.ReadRun(Id!.Value, cancel: TestServer.Cancel);
        while (!run.HasEnded && run.Steps!.SingleOrDefault(step => step.Id == "ask") is not { State: "waiting" })
            run = await client.ReadRun(Id!.Value, TimeSpan.FromSeconds(10), run.Revision, TestServer.Cancel);
        if (await Taken(() => answer is "approve" ? client.Approve(Id.Value, "ask", "a trial", TestServer.Cancel) : client.Reject(Id.Value, "ask", "a trial", TestServer.Cancel)))
            answered = answer;
    }

    static async Task<bool> Taken(Func<Task> request)
    {
        try
        {
            await request();
            return true;
        }
        catch (ReinException refused) when (refused.Code is ProblemCodes.RunEnded or ProblemCodes.RunStopping or ProblemCodes.NotNow or ProblemCodes.StepNotFound)
        {
            return false;
        }
    }

    /// <summary>In the next life: what was promised is there, and it goes on, with the answers that nobody has given yet.</summary>
    public async Task GoOn(ReinClient client)
    {
        var run = await client.ReadRun(Id!.Value, cancel: TestServer.Cancel);
        if (mustStop is true)
            Assert.True(run.IsStopping || run.State is "stopped", $"its stop was promised, and it is {run.State}");
        else if (mustBePaused is true && !wantsStop)
            Assert.True(run.IsPaused || run.HasEnded, $"its pause was promised, and it is {run.State}");
        if (run.IsPaused && !run.HasEnded)
            Assert.True(wantsPause, "it is paused, and nobody wanted that");
        mustBePaused = null;
        await Taken(() => client.Resume(run.Id, TestServer.Cancel));
        await Answer(client);
        if (!isPatient && !IsAnsweredSomeDay)
            await AnswerAtLast(client, run);
    }

    /// <summary>As the example stands, it waits for an hour, or a day.</summary>
    static async Task AnswerAtLast(ReinClient client, RunDocument run)
    {
        while (!run.HasEnded)
        {
            var waiting = run.Steps!.FirstOrDefault(step => step is { State: "waiting", Id: "ask" or "paid" });
            if (waiting?.Id is "ask")
                await Taken(() => client.Reject(run.Id, "ask", cancel: TestServer.Cancel));
            else if (waiting is not null)
                await Taken(() => client.Signal(run.Id, "paid", JsonElement.Parse("""{"receipt":"late"}"""), TestServer.Cancel));
            run = await client.ReadRun(run.Id, Look, run.Revision, TestServer.Cancel);
        }
    }

    public void Check(Account account)
    {
        var run = account.Run;
        if (!wantsStop)
            Assert.Null(run.Stop);
        if (mustStop is true)
            Assert.Equal("stopped", run.State);
        if (run.State is "failed")
            Assert.True((!isPatient || example is "pack-folder") && HasLost(account), $"it has failed: {run.Error}");
        CheckEffects(account);
        CheckAnswer(account);
    }

    /// <summary>What fails here has lost its worker, or a child that has.</summary>
    static bool HasLost(Account account) =>
        account.Lines.Any(line => line.Outcome is "lost") || account.Steps.Any(step => step is { ChildRunId: not null, State: "failed" });

    /// <summary>At least once, and not more often than it was tried.</summary>
    void CheckEffects(Account account)
    {
        Bounded(account, "ask", $"/{key}/up", $"/{key}/slow", $"/{key}/broken");
        Bounded(account, "fetch", $"/{key}/orders");
        Bounded(account, "crawl", $"/{key}/page/0");
        Bounded(account, "order", $"/{key}/order/{callBack}");
        if (account.Step("delete") is { State: "succeeded" })
            Assert.False(File.Exists(examples.OldFile(key)), "it says that it has deleted what is there");
        if (example is "ask-before-deleting" && account.Step("delete")?.Attempt is null)
            Assert.True(File.Exists(examples.OldFile(key)), "it has deleted what nobody approved");
        if (account.Step("tidy") is { State: "succeeded" })
            Assert.False(File.Exists(examples.Archive(key) + ".part"), "its clean-up ran, and left half an archive");
        if (example is "pack-folder" && account.Step("keep") is { State: "succeeded" })
            Assert.True(File.Exists(examples.Archive(key)), "it has no archive");
    }

    void Bounded(Account account, string step, params string[] paths)
    {
        var tries = account.Steps.Where(one => one.Id == step || one.Id.StartsWith(step + "[", StringComparison.Ordinal)).Sum(one => one.Attempt?.Try ?? 0);
        var asked = paths.Sum(site.Asked);
        Assert.True(asked <= tries, $"{step} was tried {tries} times, and {paths[0]} asked for {asked} times");
    }

    /// <summary>An answer that was acknowledged is the one that counts; where none came, the time was up.</summary>
    void CheckAnswer(Account account)
    {
        var ask = account.Step(example is "wait-for-callback" ? "paid" : "ask");
        if (ask is not { State: "succeeded", Result: { } result } || !result.TryGetProperty("branch", out var branch))
            return;
        var said = branch.GetString();
        if (answered is not null)
            Assert.Equal(answered is "approve" ? "approved" : "rejected", said);
        else if (isPatient && !IsAnsweredSomeDay)
            Assert.Equal(example is "wait-for-callback" ? "timed_out" : "expired", said);
        else if (example is "wait-for-callback")
            Assert.Equal("resumed", said);
    }

    public override string ToString() =>
        $"{example} ({key}{(isPatient ? ", patient" : "")}) {Id}: stop {stopAfter} {mustStop}, pause {pauseAfter} {mustBePaused}, answer {answer} {answered}, call back {callBack}, time {timeout}";
}
