using System.Diagnostics;
using System.Globalization;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>When a pid that was seen before may be taken for the same process without reading it again.</summary>
public sealed class PidCursorTests
{
    static readonly long s_soon = Stopwatch.Frequency / 20, s_late = Stopwatch.Frequency;

    [Theory]
    [InlineData(5000, 5200, 4900, true)]
    [InlineData(5000, 5200, 5201, true)]
    [InlineData(5000, 5200, 5000, true)]
    [InlineData(5000, 5200, 5001, false)]
    [InlineData(5000, 5200, 5200, false)]
    [InlineData(5000, 5000, 5001, true)]
    [InlineData(32700, 310, 32750, false)]
    [InlineData(32700, 310, 305, false)]
    [InlineData(32700, 310, 20000, true)]
    public void A_pid_means_the_same_process_unless_it_was_handed_out_meanwhile(int before, int now, int pid, bool isSame) =>
        Assert.Equal(isSame, new PidCursor(s_soon, now).IsSameProcess(pid, new PidCursor(0, before)));

    [Fact]
    public void After_the_time_in_which_all_pids_could_be_handed_out_nobody_is_taken_for_the_same() =>
        Assert.False(new PidCursor(s_late, 5200).IsSameProcess(4900, new PidCursor(0, 5000)));

    [Fact]
    public void Where_the_last_pid_cannot_be_read_nobody_is_taken_for_the_same()
    {
        Assert.False(new PidCursor(s_soon, 0).IsSameProcess(4900, new PidCursor(0, 5000)));
        Assert.False(new PidCursor(s_soon, 5200).IsSameProcess(4900, new PidCursor(0, 0)));
    }

    [Theory]
    [InlineData(true, "5000 5001 5001 5003 5003 5004", "5001 5002 5004")]
    [InlineData(true, "32766 32767 32767 305 306 310", "32767 302 308")]
    [InlineData(false, "5000 5000 5000 5000 5000 5000", "5001 5002 5003")]
    [InlineData(false, "70000 70001 70001 70002 70002 70003", "41 42 43")]
    [InlineData(false, "5000 5001 5001 5001 5001 5002", "5001 5002 5002")]
    [InlineData(false, "0 0 0 0 0 0", "41 42 43")]
    public void A_file_that_tells_of_another_machine_or_of_another_moment_is_not_believed(bool isTrue, string readings, string threads)
    {
        var (last, tids) = (Numbers(readings), Numbers(threads));
        Assert.Equal(isTrue, PidCursor.IsTrue(last.Dequeue, tids.Dequeue));
    }

    static Queue<int> Numbers(string text) => new(text.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture)));

    [Fact]
    public async Task A_process_that_was_started_between_two_readings_lies_between_them()
    {
        var before = PidCursor.Read();
        using var process = Process.Start("true");
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var after = PidCursor.Read() with { Time = before.Time };

        Assert.NotEqual(0, before.Last);
        Assert.False(after.IsSameProcess(process.Id, before));
    }
}
