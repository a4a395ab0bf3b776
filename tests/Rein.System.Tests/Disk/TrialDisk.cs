using System.Diagnostics;
using Rein.Protocol;
using Rein.System.Tests.Cli;

namespace Rein.System.Tests.Disk;

/// <summary>
/// A file system of its own, mounted where the data folder of a `rein` lies, and seen by nobody else: it is gone when the process that holds it ends,
/// however the tests end. Where mounting is not permitted the test is skipped, and says so.
/// </summary>
sealed class TrialDisk : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process holder;
    readonly string image;

    TrialDisk(Process holder, string folder, string image)
    {
        (this.holder, this.image) = (holder, image);
        Cli = new(folder) { Prefix = ["nsenter", "-t", $"{holder.Id}", "-m", "--"] };
    }

    public TestCli Cli { get; }

    /// <summary>The folder as it is in there, for whoever looks from here.</summary>
    public string Inside => $"/proc/{holder.Id}/root{Cli.Data}";

    public static Task<TrialDisk> InMemory(int megabytes) => Mount("mount -t tmpfs -o size=" + megabytes + "m tmpfs \"$1\"");

    /// <summary>On a device: what goes wrong on it makes it read-only, as it would a real one.</summary>
    public static Task<TrialDisk> OnDevice(int megabytes) => Mount(
        $"truncate -s {megabytes}M \"$2\" && mkfs.ext4 -q -F \"$2\" && mount -o loop,errors=remount-ro \"$2\" \"$1\"");

    static async Task<TrialDisk> Mount(string mount)
    {
        var folder = Directory.CreateTempSubdirectory("rein-disk-").FullName;
        var image = folder + ".img";
        var start = new ProcessStartInfo("unshare", ["--mount", "sh", "-c", $"{{ {mount}; }} >&2 && echo mounted && exec cat", "sh", folder, image])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var holder = Process.Start(start)!;
        var disk = new TrialDisk(holder, folder, image);
        if (await holder.StandardOutput.ReadLineAsync().WaitAsync(Patience) == "mounted")
            return disk;
        var why = await holder.StandardError.ReadToEndAsync();
        await disk.DisposeAsync();
        Assert.Skip($"No file system can be mounted here: {why.Trim()}");
        throw new UnreachableException();
    }

    /// <summary>In there, by a shell. `$1` is the folder.</summary>
    public async Task<string> Sh(string script)
    {
        var start = new ProcessStartInfo("nsenter", ["-t", $"{holder.Id}", "-m", "--", "sh", "-c", script, "sh", Cli.Data, image])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = await TestCli.Until(process);
        Assert.True(said.Code == 0, said.Errors);
        return said.Output.Trim();
    }

    public ReinClient Client(TestUp up) => new(new(up.Ready.Split(' ')[1]), File.ReadAllText(Path.Combine(Inside, "admin.key")).Trim());

    public async ValueTask DisposeAsync()
    {
        holder.StandardInput.Close();
        await holder.WaitForExitAsync().WaitAsync(Patience);
        holder.Dispose();
        Cli.Dispose();
        File.Delete(image);
    }
}
