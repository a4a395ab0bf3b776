using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Rein.Cli.Children;
using Rein.Protocol;
using Rein.Protocol.Receipts;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>
/// Stops at random instants of the examples, on a real `rein up`: asked, fenced or forced, once or again, among pauses, answers and signals. Each trial follows from the
/// seed and its number, and `REIN_SEED` gives the seed back; when exactly each thing comes, the machine has a word in. 1,000 with REIN_LONG=1, and 200 on PostgreSQL.
/// </summary>
public sealed class StopTrialTests(ITestOutputHelper output)
{
    const int Lanes = 4;
    const string Limit = "trials";

    /// <summary>A grace is at most a second, its proof another one, a clean-up five; the rest is the machine's.</summary>
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("REIN_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
    readonly ConcurrentDictionary<string, int> counts = [];
    readonly ConcurrentQueue<Account> accounts = [];

    [Theory]
    [MemberData(nameof(TrialStore.Kinds), MemberType = typeof(TrialStore))]
    public async Task A_stop_at_a_random_instant_of_any_example_leaves_every_promise_standing(string kind)
    {
        using var cli = new TestCli();
        await using var store = await TrialStore.Make(kind, cli.Data);
        var trials = store.Trials(few: 36, many: 1000);
        output.WriteLine($"REIN_SEED={seed}, {trials} trials");
        using var site = new TrialSite();
        var mark = "";
        await using (var up = await TestUp.Start(
            cli, ["--allow", "process,script", "--allow-address", "127.0.0.1", "--heartbeat-seconds", "0.5", "--proof-seconds", "1", "--clean-up-seconds", "5", .. store.Options]))
        {
            site.Rein = new(up.Ready.Split(' ')[1]);
            using var client = new ReinClient(site.Rein, (await File.ReadAllTextAsync(Path.Combine(cli.Data, "admin.key"), TestServer.Cancel)).Trim());
            mark = (await File.ReadAllTextAsync(Path.Combine(cli.Data, "installation"), TestServer.Cancel)).Trim() + "/";
            await Trials(client, new(site, Directory.CreateDirectory(Path.Combine(cli.Data, "trials")).FullName), Path.Combine(cli.Data, "scripts"), trials);
            await NothingChangedAnyMore(client);
            Assert.Equal(0, await up.Terminate());
        }
        Assert.Empty(Remains.Marked(mark));
        foreach (var (what, count) in counts.OrderBy(one => one.Key, StringComparer.Ordinal))
            output.WriteLine($"{count,6}  {what}");
    }

    async Task Trials(ReinClient client, Examples examples, string scripts, int count)
    {
        await client.PutLimit(Limit, Lanes - 1, TestServer.Cancel);
        foreach (var name in Examples.Names)
            await client.SaveWorkflow(name, JsonSerializer.SerializeToElement(Examples.Definition(name)), cancel: TestServer.Cancel);
        // Unmeasured: the first of each kind on a fresh server.
        await Task.WhenAll(Examples.Names.Select(name => LeftAlone(client, examples, name, "first", scripts)));
        var lengths = new Dictionary<string, TimeSpan>();
        foreach (var name in Examples.Names)
            lengths[name] = await LeftAlone(client, examples, name, "then", scripts);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = TestServer.Cancel },
            async (number, _) => await Trial(client, examples, number, lengths, scripts));
    }

    /// <summary>How long it takes with an answer as soon as it asks for one.</summary>
    static async Task<TimeSpan> LeftAlone(ReinClient client, Examples examples, string name, string time, string scripts)
    {
        var run = await client.Start(name, new() { Input = examples.Input(name, $"{time}-{name}", callBack: 0) }, cancel: TestServer.Cancel);
        if (name is "ask-before-deleting")
            await UntilAsked(client, run.Id);
        var account = await Account.Of(client, run.Id, Bound);
        account.Check(Examples.CleanUpOf(name), scripts);
        Assert.True(account.Run.State is "succeeded", $"{name}, left alone, has {account.Run.State}: {account.Run.Error}");
        return account.Run.EndedAt!.Value - account.Run.CreatedAt;
    }

    static async Task UntilAsked(ReinClient client, Guid run)
    {
        var now = await client.ReadRun(run, cancel: TestServer.Cancel);
        while (now.Steps!.SingleOrDefault(step => step.Id == "ask") is not { State: "waiting" })
            now = await client.ReadRun(run, TimeSpan.FromSeconds(10), now.Revision, TestServer.Cancel);
        await client.Approve(run, "ask", cancel: TestServer.Cancel);
    }

    async Task Trial(ReinClient client, Examples examples, int number, Dictionary<string, TimeSpan> lengths, string scripts)
    {
        var random = new Random(unchecked((seed * 31) + number));
        var name = Examples.Names[number % Examples.Names.Count];
        var plan = StopPlan.Draw(name, random);
        try
        {
            var key = $"t{number}";
            var start = new StartRunRequest { Input = examples.Input(name, key, plan.CallBack), LimitKey = random.Next(4) == 0 ? null : Limit };
            var run = await client.Start(name, start, cancel: TestServer.Cancel);
            var replies = await plan.Do(client, run.Id, lengths[name]);
            var account = await Account.Of(client, run.Id, Bound);
            account.Check(Examples.CleanUpOf(name), scripts);
            Check(replies, account);
            await Check(client, account, scripts);
            CheckCleanUp(examples.Archive(key), account);
            Tell(name, replies, account);
            accounts.Enqueue(account);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            throw new InvalidOperationException($"trial {number} of REIN_SEED={seed}, {plan}: {broken.Message}", broken);
        }
    }

    static void Check(IReadOnlyList<StopReply> replies, Account account)
    {
        var isStopped = account.Run.State is "stopped";
        Assert.Contains(replies[0].Answer, isStopped ? ["stopped", "asked"] : (string[])["already_ended"]);
        Assert.All(replies.Skip(1), reply => Assert.Contains(reply.Answer, isStopped ? ["already_stopping", "escalated", "already_ended"] : (string[])["already_ended"]));
        Assert.All(replies.Where(reply => reply.Answer is "stopped"), reply => Assert.Equal("stopped", reply.State));
        if (!isStopped)
            return;
        Assert.Equal("manual", account.Run.Cause);
        var kept = account.Receipt!.Requests.Select(request => request.Answer);
        Assert.Equal(replies.Select(reply => reply.Answer).Where(answer => answer is not "already_ended"), kept);
    }

    /// <summary>Its place is free, and what it started has ended with it, each with an account of its own.</summary>
    static async Task Check(ReinClient client, Account account, string scripts)
    {
        Assert.DoesNotContain((await client.ListHolders(Limit, cancel: TestServer.Cancel)).Runs, holder => holder.RunId == account.Run.Id);
        Assert.DoesNotContain((await client.ListQueue(Limit, cancel: TestServer.Cancel)).Runs, waiting => waiting.RunId == account.Run.Id);
        foreach (var child in account.Steps.Select(step => step.ChildRunId).OfType<Guid>())
        {
            var below = await Account.Of(client, child, Bound);
            below.Check(Examples.CleanUpOf(below.Run.Workflow), scripts);
            Assert.Equal(account.Run.Id, below.Run.ParentRunId);
            if (account.Receipt is { } receipt)
            {
                Assert.Contains(receipt.Tree!.Members, member => member.RunId == child && member.State == below.Run.State);
                Assert.True(below.Run.CreatedAt <= receipt.RequestedAt, "a child was started behind the stop");
            }
        }
    }

    static void CheckCleanUp(string archive, Account account)
    {
        if (account.Step("tidy") is not { } tidy)
        {
            Assert.True(account.Run.Workflow is not "pack-folder" || (account.Receipt is { } stop && (IsSharp(stop) || HasNotBegun(stop))), "its clean-up did not run");
            return;
        }
        Assert.True(tidy.State is "succeeded" || (account.Receipt is { } sharp && IsSharp(sharp)), $"its clean-up has {tidy.State}");
        if (tidy.State is "succeeded")
            Assert.False(File.Exists(archive + ".part"), "its clean-up ran, and left half an archive");
    }

    static bool IsSharp(ReceiptDocument stop) => stop.Force || stop.Fence is "now";

    static bool HasNotBegun(ReceiptDocument stop) => stop.Attempts.All(attempt => attempt.Outcome is "not_started");

    void Tell(string name, IReadOnlyList<StopReply> replies, Account account)
    {
        counts.AddOrUpdate($"{name}: {replies[0].Answer}", 1, (_, before) => before + 1);
        counts.AddOrUpdate($"verdict {account.Receipt?.Verdict ?? "none, it had ended"}", 1, (_, before) => before + 1);
    }

    /// <summary>I1, I4, I7, when everything is over: what had ended is as it was, nobody holds a place, and the receipts hold without the server.</summary>
    async Task NothingChangedAnyMore(ReinClient client)
    {
        foreach (var before in accounts)
        {
            var now = await Account.Of(client, before.Run.Id, Bound);
            Assert.Equal((before.Run.State, before.Run.Cause, before.Run.EndedAt, before.Run.Usage, before.Run.Items), (now.Run.State, now.Run.Cause, now.Run.EndedAt, now.Run.Usage, now.Run.Items));
            Assert.Equal(before.Lines.Count(line => line.Kind is not "proved"), now.Lines.Count(line => line.Kind is not "proved"));
            Assert.Equal(before.Receipt?.Entries.Select(entry => entry.Sha256), now.Receipt?.Entries.Select(entry => entry.Sha256));
        }
        Assert.Equal((0, 0), ((await client.ReadLimit(Limit, TestServer.Cancel)).Held, (int)(await client.ReadLimit(Limit, TestServer.Cancel)).Waiting));
        Assert.All((await client.ListSessions(TestServer.Cancel)).Sessions, session => Assert.Equal((0, 0), (session.Held, session.Lost)));
        await EveryReceiptVerifies(client);
    }

    static async Task EveryReceiptVerifies(ReinClient client)
    {
        using var verifier = new ReceiptVerifier();
        foreach (var key in (await client.ListSealKeys(TestServer.Cancel)).Keys)
            verifier.Trust(key.PublicKey);
        using var file = new MemoryStream();
        await client.ExportReceipts(file, cancel: TestServer.Cancel);
        file.Position = 0;
        await verifier.Verify(file, TestServer.Cancel);
    }
}
