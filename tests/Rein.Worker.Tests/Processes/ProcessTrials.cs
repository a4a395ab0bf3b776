using System.Globalization;
using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Worker.Tests.Processes;

/// <summary>A worker's process host in one containment, and the means to start real scripts in it and to see who is alive.</summary>
public abstract class ProcessTrials : IAsyncDisposable
{
    static readonly string s_installation = $"trials{Environment.ProcessId}";
    static readonly string s_python = FindPython();
    static int s_worker;

    readonly List<ContainedProcess> _started = [];

    protected ProcessTrials(Containment containment)
    {
        WorkerName = $"w{Interlocked.Increment(ref s_worker)}";
        Thread = new StopThread();
        Host = new ProcessHost(s_installation, WorkerName, Thread, containment);
        TestContext.Current.TestOutputHelper?.WriteLine($"containment: {Host.Containment} {Host.WhyNoCgroup}");
        Assert.SkipWhen(Host.Containment != containment, $"No cgroup can be made here: {Host.WhyNoCgroup}.");
    }

    protected string WorkerName { get; }

    protected StopThread Thread { get; }

    protected ProcessHost Host { get; }

    /// <summary>Nothing here takes long: what is still awaited then will never come.</summary>
    protected static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    protected ProcessHost NextLife(Containment containment) => new(s_installation, WorkerName, Thread, containment);

    protected ContainedProcess Start(params string[] command) => Start(new ProcessSpec("attempt", command));

    protected ContainedProcess Start(ProcessSpec spec)
    {
        var outcome = Host.Start(spec);
        var process = Assert.IsType<StartOutcome.Started>(outcome).Process;
        _started.Add(process);
        Assert.Equal(Host.Containment, process.Containment);
        return process;
    }

    /// <summary>Runs a script that prints something (usually pids) as its first line when it is where the test wants it.</summary>
    protected async Task<(ContainedProcess Process, int[] Pids)> StartPythonAsync(string script)
    {
        var process = Start(s_python, "-ESsc", script);
        return (process, await ReadPidsAsync(process.Output));
    }

    protected static string Python => s_python;

    protected static async Task<int[]> ReadPidsAsync(Stream output) =>
        [.. (await ReadLineAsync(output)).Split(' ').Select(word => int.Parse(word, CultureInfo.InvariantCulture))];

    protected static async Task<string> ReadLineAsync(Stream output)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await output.ReadAsync(one, Patience) == 1 && one[0] != '\n') line.Append((char)one[0]);
        return line.ToString();
    }

    protected static async Task<string> ReadAllAsync(Stream output)
    {
        using var reader = new StreamReader(output, leaveOpen: true);
        return await reader.ReadToEndAsync(Patience);
    }

    protected async Task<LadderResult> StopAsync(ContainedProcess process, TimeSpan killIn)
    {
        var ladder = new StopLadder(Thread, TimeProvider.System);
        ladder.Hold(process);
        ladder.Climb(killIn);
        return await ladder.Gone.WaitAsync(Patience);
    }

    protected async Task<LadderResult> ForceAsync(ContainedProcess process)
    {
        var ladder = new StopLadder(Thread, TimeProvider.System);
        ladder.Hold(process);
        ladder.Force();
        return await ladder.Gone.WaitAsync(Patience);
    }

    protected static void AssertGone(params int[] pids)
    {
        foreach (var pid in pids) Assert.False(IsAlive(pid), $"{pid} is alive");
    }

    protected static void AssertAlive(params int[] pids)
    {
        foreach (var pid in pids) Assert.True(IsAlive(pid), $"{pid} is not alive, so the trial tries nothing");
    }

    /// <summary>A zombie executes nothing; whoever is its parent will bury it.</summary>
    protected static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The interpreter itself: a shim in front of it would be a process of its own.</summary>
    static string FindPython()
    {
        using var asked = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import sys; print(sys.executable)"])
        {
            RedirectStandardOutput = true,
        })!;
        return asked.StandardOutput.ReadToEnd().Trim();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var process in _started) await process.DisposeAsync();
        await Host.DisposeAsync();
        Thread.Dispose();
    }
}
