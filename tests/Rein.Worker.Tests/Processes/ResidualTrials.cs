using System.Globalization;
using Rein.Protocol.Workers;

namespace Rein.Worker.Tests.Processes;

/// <summary>
/// A process that no signal can end is named, and proved gone later. The freezer of cgroup v1 makes one: it holds a process in
/// uninterruptible sleep, SIGKILL or not, until it is thawed.
/// </summary>
public abstract class ResidualTrials(Containment containment) : ProcessTrials(containment)
{
    const string Freezers = "/sys/fs/cgroup/freezer";

    [Fact]
    public async Task A_process_in_uninterruptible_sleep_is_named_and_proved_when_it_is_gone_after_all()
    {
        var freezer = Path.Combine(Freezers, $"rein-trial-{WorkerName}-{Host.Containment}");
        Assert.SkipUnless(TryMake(freezer), "No freezer of cgroup v1 can be made here, so no process can be put into uninterruptible sleep.");
        var process = Start("sh", "-c", "echo ready; sleep 600");
        await ReadLineAsync(process.Output);
        await File.WriteAllTextAsync($"{freezer}/cgroup.procs", process.Pid.ToString(CultureInfo.InvariantCulture), Patience);
        await File.WriteAllTextAsync($"{freezer}/freezer.state", "FROZEN", Patience);
        try
        {
            var result = await ForceAsync(process);

            var left = Assert.Single(result.Residuals);
            Assert.StartsWith($"{process.Pid}@", left.Id, StringComparison.Ordinal);
            Assert.Equal(("process", "in uninterruptible sleep"), (left.Kind, left.Why));
            Assert.Null(result.Rung);
            Assert.False(process.Cleared.IsCompleted);
            AssertAlive(process.Pid);
        }
        finally
        {
            await File.WriteAllTextAsync($"{freezer}/freezer.state", "THAWED", Patience);
        }

        await process.Cleared.WaitAsync(Patience);
        AssertGone(process.Pid);
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

public sealed class ResidualsOfATree() : ResidualTrials(Containment.Tree);

public sealed class ResidualsOfACgroup() : ResidualTrials(Containment.Cgroup);
