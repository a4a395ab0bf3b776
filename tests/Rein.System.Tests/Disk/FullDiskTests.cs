using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Cli;

namespace Rein.System.Tests.Disk;

public sealed class FullDiskTests
{
    /// <summary>Short, so that leases would run out many times over while nothing can be written.</summary>
    static readonly string[] Options = ["--allow", "process", "--heartbeat-seconds", "0.2", "--lease-seconds", "0.6", "--proof-seconds", "2"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The larger one gets full while the log is copied into the database, which then needs as much again.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(16, 4)]
    [InlineData(150, 60)]
    public async Task On_a_full_disk_nothing_acknowledged_is_lost_and_with_room_it_goes_on_without_a_restart_and_after_one(int megabytes, int ballast)
    {
        await using var disk = await TrialDisk.InMemory(megabytes);
        await disk.Sh($"head -c {ballast}M /dev/zero > $1/ballast");
        await using var up = await TestUp.Start(disk.Cli, Options);
        using var client = disk.Client(up);
        var filled = new Filled(client, ProblemCodes.StoreFull);
        var counting = await filled.StartCounting();
        var victims = new Queue<Guid>();
        for (var i = 0; i < 5; i++)
            victims.Enqueue(await filled.StartHolding());

        await ForLeases(async () =>
        {
            await filled.Fill(most: megabytes * 10);
            await filled.Stop(victims.Dequeue());
        });

        await disk.Sh("rm $1/ballast");
        await Filled.UntilItems(client, counting, await Filled.Counted(client, counting) + 20);
        await UntilReady(client);
        await filled.AllSucceed(client);
        await filled.AllStop(client);
        var stopped = await client.Stop(counting, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        Assert.True(stopped.IsGone);
        Assert.Equal(1, Assert.Single(stopped.Stop!.Attempts).Try);
        using (var export = await client.ReadExport(counting, wait: TimeSpan.FromSeconds(30), cancel: Cancel))
            Assert.Equal(await Filled.Counted(client, counting), export.Items);

        await up.Crash();
        await using var again = await TestUp.Start(disk.Cli, Options);
        using var later = disk.Client(again);
        await filled.AllSucceed(later);
        Assert.Equal("stopped", (await later.ReadRun(counting, cancel: Cancel)).State);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_crash_on_a_full_disk_loses_nothing_either_and_a_start_on_it_says_what_to_do()
    {
        await using var disk = await TrialDisk.InMemory(16);
        await disk.Sh("head -c 4M /dev/zero > $1/ballast");
        var up = await TestUp.Start(disk.Cli, Options);
        using var client = disk.Client(up);
        var filled = new Filled(client, ProblemCodes.StoreFull);
        var counting = await filled.StartCounting();
        await filled.Fill(most: 160);
        var counted = await Filled.Counted(client, counting);
        await up.Crash();
        await disk.Sh("cat /dev/zero > $1/more 2>/dev/null; true");

        var refused = await disk.Cli.Run(["up", "--port", "0"]);
        Assert.Equal(2, refused.Code);
        Assert.Contains("cannot be written", Assert.Single(refused.Errors.Trim().Split('\n')));

        await disk.Sh("rm $1/ballast $1/more");
        await using var again = await TestUp.Start(disk.Cli, Options);
        using var later = disk.Client(again);
        await filled.AllSucceed(later);
        Assert.InRange(await Filled.Counted(later, counting), counted, long.MaxValue);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_can_write_nothing_any_more_can_be_told_to_end()
    {
        await using var disk = await TrialDisk.InMemory(16);
        await using var up = await TestUp.Start(disk.Cli, Options);
        using var client = disk.Client(up);
        var filled = new Filled(client, ProblemCodes.StoreFull);
        await filled.StartCounting();
        await filled.Fill(most: 160);
        Assert.Equal(0, await up.Terminate());
    }

    static async Task UntilReady(ReinClient client)
    {
        while (true)
            try
            {
                await client.Ready(Cancel);
                return;
            }
            catch (ReinException unready) when (unready.Code == ProblemCodes.NotReady)
            {
                Cancel.ThrowIfCancellationRequested();
            }
    }

    /// <summary>Long enough for a lease to run out several times: time itself is what is tried here.</summary>
    static async Task ForLeases(Func<Task> look)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var i = 0; i < 5; i++)
        {
            await timer.WaitForNextTickAsync(Cancel);
            await look();
        }
    }
}
