using Rein.Protocol.Workers;
using Rein.Steps.Processes;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.System.Tests.Nodes;

public sealed class LongNameTests
{
    [Theory(DisplayName = "Every attempt that a definition can name can be started, whatever its fence, and its process ends")]
    [InlineData(Containment.Cgroup, "")]
    [InlineData(Containment.Tree, "")]
    [InlineData(Containment.Cgroup, "[9999]")]
    [InlineData(Containment.Tree, "[9999]")]
    public async Task The_longest_name_fits(Containment containment, string iteration)
    {
        using var thread = new StopThread();
        await using var host = new ProcessHost("test", new string('w', 64), thread, containment);
        var name = ProcessStep.NameOf(new AttemptRef(Guid.AllBitsSet, new string('s', 64) + iteration, long.MaxValue));

        var started = Assert.IsType<StartOutcome.Started>(host.Start(new(name, ["true"])));

        await using var process = started.Process;
        Assert.Equal(0, await process.Exited);
    }

    [Fact(DisplayName = "A name that is longer is refused with the bound")]
    public async Task A_longer_name_is_refused()
    {
        using var thread = new StopThread();
        Assert.Contains("1 to 120", Assert.Throws<ArgumentException>(() => new ProcessHost("test", new string('w', 121), thread)).Message);
        await using var host = new ProcessHost("test", "w", thread, Containment.Tree);
        Assert.Contains("1 to 120", Assert.Throws<ArgumentException>(() => host.Start(new(new string('a', 121), ["true"]))).Message);
    }
}
