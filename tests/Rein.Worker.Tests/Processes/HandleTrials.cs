using Rein.Protocol.Workers;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>A start that finds too few handles takes none away.</summary>
[Collection(Alone.Name)]
public sealed unsafe class HandleTrials() : ProcessTrials(Containment.Tree)
{
    const int Files = 7, Duplicate = 0, Rounds = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void However_few_handles_are_left_a_start_that_is_refused_for_it_leaves_as_many(bool hasChannel)
    {
        var spec = new ProcessSpec("few", ["/bin/sleep", "600"]) { HasChannel = hasChannel };
        var before = Pipes();
        var refused = new List<StartFault>();
        ResourceLimit had;
        Assert.Equal(0, Libc.PrLimit(0, Files, null, &had));
        var few = had with { Soft = Math.Min(1024, had.Soft) };
        Assert.Equal(0, Libc.PrLimit(0, Files, &few, null));
        try
        {
            // Each has enough for some of what it opens, and one handle more than the one before it.
            for (var round = 0; round < Rounds; round++)
                refused.Add(WithHandles(1 + (round % (hasChannel ? 10 : 6)), spec));
        }
        finally
        {
            Assert.Equal(0, Libc.PrLimit(0, Files, &had, null));
        }

        Assert.All(refused, fault => Assert.Equal(StartFault.OutOfResources, fault));
        Assert.InRange(Pipes() - before, -5, 5);
    }

    StartFault WithHandles(int left, ProcessSpec spec)
    {
        var taken = new Stack<int>();
        for (int handle; (handle = Libc.FCntl(0, Duplicate, 0)) >= 0;)
            taken.Push(handle);
        for (; left > 0; left--)
            _ = Libc.Close(taken.Pop());
        var outcome = Host.Start(spec);
        while (taken.TryPop(out var handle))
            _ = Libc.Close(handle);
        return Assert.IsType<StartOutcome.Refused>(outcome).Fault;
    }

    static int Pipes() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Count(handle => new FileInfo(handle).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) is true);
}
