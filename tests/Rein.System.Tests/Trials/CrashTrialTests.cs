using System.Globalization;
using System.Text.Json;
using Rein.Cli.Children;
using Rein.Protocol;
using Rein.System.Tests.Crash;
using Rein.System.Tests.Host;
using Rein.Tests;

namespace Rein.System.Tests.Trials;

/// <summary>
/// `kill -9` of the server at random instants while the examples run, among stops, pauses and answers, and again while it goes on. Everything is drawn from the seed, which
/// `REIN_SEED` gives back; when exactly each thing comes, the machine has a word in. 100 with REIN_LONG=1, and 20 on PostgreSQL.
/// </summary>
public sealed class CrashTrialTests(ITestOutputHelper output)
{
    internal const string Limit = "trials";
    internal const string PatientChild = "inventory-patient";

    static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    readonly int seed = int.TryParse(Environment.GetEnvironmentVariable("REIN_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
    readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(TrialStore.Kinds), MemberType = typeof(TrialStore))]
    public async Task A_server_that_is_killed_at_a_random_instant_of_the_examples_keeps_what_it_acknowledged_and_lets_all_of_it_end(string kind)
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        try
        {
            await using var store = await TrialStore.Make(kind, data);
            var count = store.Trials(few: 3, many: 100);
            output.WriteLine($"REIN_SEED={seed}, {count} trials");
            using var site = new TrialSite();
            var examples = new Examples(site, Directory.CreateDirectory(Path.Combine(data, "trials")).FullName);
            for (var number = 0; number < count; number++)
                await Trial(new(data, site, store), examples, number);
            Assert.DoesNotContain(Remains.Marked((await File.ReadAllTextAsync(Path.Combine(data, "installation"), TestServer.Cancel)).Trim() + "/"), left => !IsSpare(left.Pid));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
        foreach (var (what, count) in counts)
            output.WriteLine($"{count,6}  {what}");
    }

    async Task Trial(Place place, Examples examples, int number)
    {
        var random = new Random(unchecked((seed * 31) + number));
        List<CrashedRun> runs = [.. Examples.Names.Select(name => new CrashedRun(examples, place.Site, name, $"c{number}-{name}", random.Next(4) > 0, random))];
        var lives = 0;
        try
        {
            await Life(place, random.Next(2500), client => Task.WhenAll(runs.Select(run => run.Begin(client))));
            runs.RemoveAll(run => run.Id is null);
            for (lives = 1; random.Next(3) == 0; lives++)
                await Life(place, random.Next(1500), client => Task.WhenAll(runs.Select(run => run.GoOn(client))));
            await LastLife(place, runs);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            throw new InvalidOperationException($"trial {number} of REIN_SEED={seed}, after {lives} lives: {broken.Message}\n  {string.Join("\n  ", runs)}", broken);
        }
    }

    /// <summary>Ends with `kill -9`, after so many milliseconds. A request without an answer promises nothing.</summary>
    static async Task Life(Place place, int length, Func<ReinClient, Task> work)
    {
        await using var server = await Start(place);
        await Save(server.Client);
        var working = work(server.Client);
        await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(length), TimeProvider.System, TestServer.Cancel), Broken(working));
        await server.Kill();
        try
        {
            await working;
        }
        catch (Exception gone) when (gone is ReinException { Status: 0 } or HttpRequestException or IOException or OperationCanceledException)
        {
        }
    }

    /// <summary>Work that is done waits for the kill as well; work that has failed does not.</summary>
    static async Task Broken(Task working)
    {
        await working;
        await TestServer.Cancel.UntilTold();
    }

    static async Task<CrashingServer> Start(Place place)
    {
        var server = (await CrashingServer.Start(place.Data, crash: null, ["--allow", "script", "--allow-address", "127.0.0.1", "--clean-up-seconds", "5", .. place.Store.Options]))!;
        place.Site.Rein = server.Url;
        return server;
    }

    static async Task Save(ReinClient client)
    {
        await client.PutLimit(Limit, 6, TestServer.Cancel);
        var child = Examples.Definition("inventory");
        await client.SaveWorkflow("inventory", JsonSerializer.SerializeToElement(child), cancel: TestServer.Cancel);
        child["nodes"]!["hash"]!["payload"]!["maxAttempts"] = 20;
        child["nodes"]!["hash"]!["payload"]!["backoff"] = JsonSerializer.SerializeToNode(new { initialSeconds = 0.05, factor = 1 });
        await client.SaveWorkflow(PatientChild, JsonSerializer.SerializeToElement(child), cancel: TestServer.Cancel);
    }

    async Task LastLife(Place place, IReadOnlyList<CrashedRun> runs)
    {
        await using var server = await Start(place);
        await Save(server.Client);
        await StopUnpromised(server.Client, runs);
        await Task.WhenAll(runs.Select(run => GoOn(server.Client, run, Path.Combine(place.Data, "scripts"))));
        var limit = await server.Client.ReadLimit(Limit, TestServer.Cancel);
        Assert.Equal((0, 0), (limit.Held, (int)limit.Waiting));
        Assert.Empty((await server.Client.ListRuns(new() { States = ["queued", "running", "waiting"] }, TestServer.Cancel)).Runs);
        var sessions = (await server.Client.ListSessions(TestServer.Cancel)).Sessions;
        // Where others could live, the session of a server that was killed may still have its lease.
        Assert.True(place.Store.IsShared || sessions.Count == 1);
        Assert.All(sessions, session => Assert.Equal((0, 0), (session.Held, session.Lost)));
    }

    /// <summary>Where a trial takes place: what outlives its servers.</summary>
    sealed record Place(string Data, TrialSite Site, TrialStore Store);

    async Task GoOn(ReinClient client, CrashedRun run, string scripts)
    {
        await run.GoOn(client).WaitAsync(Bound, TimeProvider.System, TestServer.Cancel);
        var account = await Account.Of(client, run.Id!.Value, Bound);
        account.Check(Examples.CleanUpOf(run.Example), scripts);
        run.Check(account);
        foreach (var child in account.Steps.Select(step => step.ChildRunId).OfType<Guid>())
            (await Account.Of(client, child, Bound)).Check([], scripts);
        lock (counts)
            counts[$"{account.Run.State}, {account.Run.Cause}"] = counts.GetValueOrDefault($"{account.Run.State}, {account.Run.Cause}") + 1;
    }

    /// <summary>A start that was committed and not answered was promised to nobody: it lives by right, and must be possible to stop. Children end with their parents.</summary>
    static async Task StopUnpromised(ReinClient client, IReadOnlyList<CrashedRun> runs)
    {
        var live = await client.ListRuns(new() { States = ["queued", "running", "waiting"], Limit = 500 }, TestServer.Cancel);
        foreach (var run in live.Runs.Where(run => run.ParentRunId is null && runs.All(known => known.Id != run.Id)))
        {
            await client.Stop(run.Id, new() { Force = true }, cancel: TestServer.Cancel);
            await Account.Of(client, run.Id, Bound);
        }
    }

    /// <summary>The last life was killed too: what waited for a script sees that, and leaves.</summary>
    static bool IsSpare(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Contains("/spare.", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
