using System.Diagnostics;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>
/// Looks now and then while processes live, so that descendants are remembered before they leave their parents, and orphans are buried.
/// A look that takes long is taken more rarely: never more than two per cent of the time.
/// </summary>
sealed class Upkeep(ProcessTable table, Func<bool> isNeeded, StopThread thread)
{
    static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(500);
    int _runs;

    public void Begin()
    {
        if (Orphans.OfThisProcess.ComeToUs && Interlocked.Exchange(ref _runs, 1) == 0) thread.Post(() => _ = RunAsync());
    }

    async Task RunAsync()
    {
        while (isNeeded())
        {
            var began = Stopwatch.GetTimestamp();
            await table.LookAtAllAsync();
            var rest = Stopwatch.GetElapsedTime(began) * 50;
            await thread.Pause(rest > s_rest ? rest : s_rest);
        }

        Volatile.Write(ref _runs, 0);
        if (isNeeded()) Begin();
    }
}
