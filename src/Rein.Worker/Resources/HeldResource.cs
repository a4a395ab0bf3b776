using System.Diagnostics;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Resources;

/// <summary>
/// A resource in the care of its attempt's ladder. Being asked means nothing to it: whoever uses it is asked. Its release is code of the attempt, so it
/// runs on the pool and never on the ladders' thread.
/// </summary>
sealed class HeldResource(Resource resource, StopThread thread, TimeProvider time) : IStoppable
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    static readonly TimeSpan EachTry = TimeSpan.FromSeconds(2);

    /// <summary>Less than a ladder waits for a proof: the reason that a residual gives is its own.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    readonly TaskCompletionSource<Ending> gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int released;

    public string Kind => resource.Kind;

    public string Id => resource.Id;

    public Task<Ending> Gone => gone.Task;

    public Task Cleared => cleared.Task;

    public void Ask()
    {
    }

    public void Kill()
    {
        if (Interlocked.Exchange(ref released, 1) == 0)
            _ = Task.Run(Release);
    }

    /// <summary>As often as it takes: what a first release could not do, a later one may.</summary>
    async Task Release()
    {
        var began = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; await Try() is { } why; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (Stopwatch.GetElapsedTime(began) + pause > Patience)
                gone.TrySetResult(Ending.ByItself with { Residuals = [new Residual(Kind, Id, why)] });
            await thread.Pause(pause);
        }
        // A release is how such a thing ends, and no rung: nobody had to be killed.
        gone.TrySetResult(Ending.ByItself);
        cleared.SetResult();
    }

    /// <returns>Why it is still there; null: it is gone.</returns>
    async Task<string?> Try()
    {
        using var patience = new CancellationTokenSource(EachTry, time);
        try
        {
            if (await resource.IsGone(patience.Token).WaitAsync(patience.Token))
                return null;
            await resource.Release(patience.Token).WaitAsync(patience.Token);
            return await resource.IsGone(patience.Token).WaitAsync(patience.Token) ? null : "it is still there after its release";
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return $"its release takes longer than {EachTry.TotalSeconds} s";
        }
        catch (Exception refused)
        {
            return refused.Message;
        }
    }
}
