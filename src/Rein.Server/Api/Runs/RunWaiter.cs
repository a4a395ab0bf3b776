using Microsoft.Extensions.Hosting;
using Rein.Core.Stores;
using Rein.Server.Live;

namespace Rein.Server.Api.Runs;

/// <summary>Waits until a run is as somebody wants it, at most for a time. A server that shuts down keeps nobody waiting.</summary>
sealed class RunWaiter(IRunReader reader, RunFeed feed, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>A change that was committed by another node, or whose signal was lost, is seen after this time.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>Watch before what is waited for is asked for, and let go of the watch afterwards.</summary>
    public RunWatch Watch(Guid run) => feed.Watch(run);

    /// <returns>The run as it was read last, whether it was enough or the time was up; null when there is no such run.</returns>
    public async Task<RunView?> Until(
        RunWatch watch, Guid organization, Guid run, Func<RunView, bool> isEnough, TimeSpan atMost, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var view = await reader.Find(organization, run, cancel);
            var left = atMost - time.GetElapsedTime(began);
            if (view is null || isEnough(view) || left <= TimeSpan.Zero || !await Changed(watch, left < Look ? left : Look, cancel))
                return view;
        }
    }

    /// <summary>Waits for the next change, or until it is time to look again.</summary>
    /// <returns>False: the server shuts down.</returns>
    public async Task<bool> Changed(RunWatch watch, TimeSpan atMost, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, Stopping);
        try
        {
            await watch.Changed(atMost, time, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            return false;
        }
    }
}
