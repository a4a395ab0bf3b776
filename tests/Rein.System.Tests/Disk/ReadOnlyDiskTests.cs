using Rein.Protocol.Problems;
using Rein.System.Tests.Cli;

namespace Rein.System.Tests.Disk;

public sealed class ReadOnlyDiskTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_refuses_a_folder_that_it_cannot_write_in_one_sentence(bool wasUsed)
    {
        await using var disk = await TrialDisk.InMemory(16);
        if (wasUsed)
            await (await TestUp.Start(disk.Cli)).DisposeAsync();
        await disk.Sh("mount -o remount,ro $1");

        var refused = await disk.Cli.Run("up", "--port", "0");
        Assert.Equal((2, ""), (refused.Code, refused.Output));
        Assert.Contains("Read-only file system", Assert.Single(refused.Errors.Trim().Split('\n')));
        Assert.Contains("writable", refused.Errors);

        await disk.Sh("mount -o remount,rw $1");
        await using var up = await TestUp.Start(disk.Cli);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_disk_that_becomes_read_only_while_it_is_used_loses_nothing_that_was_acknowledged()
    {
        await using var disk = await TrialDisk.OnDevice(64);
        var up = await TestUp.Start(disk.Cli, "--allow", "process");
        using var client = disk.Client(up);
        var filled = new Filled(client, ProblemCodes.StoreReadOnly);
        var counting = await filled.StartCounting();
        for (var i = 0; i < 20; i++)
            await filled.Start();

        // What is written while the error happens may be acknowledged by the file system itself, and be gone.
        var counted = await Filled.Counted(client, counting);
        await disk.Sh("echo 1 > /sys/fs/ext4/$(basename $(findmnt -no SOURCE $1))/trigger_fs_error");
        await filled.Fill(most: 1);
        await filled.Stop(counting);
        Assert.False((await client.ReadRun(counting, cancel: Cancel)).IsStopping);
        Assert.Equal(0, await up.Terminate());
        await up.DisposeAsync();

        await disk.Sh("umount $1; fsck.ext4 -fy $2 >/dev/null || [ $? -lt 4 ]; mount -o loop,errors=remount-ro $2 $1");
        await using var again = await TestUp.Start(disk.Cli, "--allow", "process");
        using var later = disk.Client(again);
        await filled.AllSucceed(later);
        Assert.InRange(await Filled.Counted(later, counting), counted, long.MaxValue);
    }
}
