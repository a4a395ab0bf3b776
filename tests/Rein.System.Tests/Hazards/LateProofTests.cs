using System.Globalization;
using Rein.Core.Runs;
using Rein.System.Tests.Nodes;

namespace Rein.System.Tests.Hazards;

/// <summary>
/// What no signal can end is named, and proved when it has ended after all. The freezer of cgroup v1 makes one: it holds a process in
/// uninterruptible sleep, SIGKILL or not, until it is thawed.
/// </summary>
public sealed class LateProofTests
{
    const string Freezers = "/sys/fs/cgroup/freezer";

    [Fact(DisplayName = "A process in uninterruptible sleep stands in the receipt, and its late end raises the verdict")]
    public async Task A_late_end_raises_the_verdict()
    {
        var freezer = Path.Combine(Freezers, $"rein-late-{Environment.ProcessId}");
        Assert.SkipUnless(TryMake(freezer), "No freezer of cgroup v1 can be made here, so no process can be put into uninterruptible sleep.");
        await using var node = await TestNode.Start();
        var run = await node.StartRun(Graphs.Single("process", """{ "command": ["sh", "-c", "echo $$; read line < /dev/null; sleep 1000"], "items": "lines" }"""));
        var pid = 0;
        await node.UntilAsync(run, async () => (await node.Items(run)) is [var item] && int.TryParse(item.Trim('"'), CultureInfo.InvariantCulture, out pid));
        await File.WriteAllTextAsync($"{freezer}/cgroup.procs", $"{pid}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync($"{freezer}/freezer.state", "FROZEN", TestContext.Current.CancellationToken);
        try
        {
            await node.Stop(run, force: true);
            await node.UntilAsync(run, async () => (await node.Attempts(run)) is [{ Attempt.Proof.Residuals.Count: > 0 }]);

            var ended = await node.Read(run);
            var left = Assert.Single(Assert.Single(await node.Attempts(run)).Attempt.Proof!.Residuals);
            Assert.Equal((RunState.Stopped, Verdict.Fenced, 1), (ended.State, ended.Verdict, ended.Unproved));
            Assert.Equal("in uninterruptible sleep", left.Why);
            Assert.StartsWith($"{pid}@", left.Id, StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync($"{freezer}/freezer.state", "THAWED", CancellationToken.None);
        }

        var proved = await node.UntilProved(run);
        Assert.Equal((RunState.Stopped, Verdict.Killed), (proved.State, proved.Verdict));
        Assert.False(Directory.Exists($"/proc/{pid}"), $"process {pid} lives");
        Assert.Empty(Assert.Single(await node.Attempts(run)).Attempt.Proof!.Residuals);
        Directory.Delete(freezer);
    }

    static bool TryMake(string freezer)
    {
        try
        {
            return Directory.Exists(Freezers) && Directory.CreateDirectory(freezer).Exists;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
