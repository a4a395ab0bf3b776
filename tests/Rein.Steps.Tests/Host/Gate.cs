namespace Rein.Steps.Tests.Host;

/// <summary>Lets nobody through before so many stand at it and whoever else was on the way had the time to come; and counts how many stood on this side of their end at once.</summary>
/// <param name="wait">Until whoever is on the way has come.</param>
sealed class Gate(int together, Func<Task> wait)
{
    readonly Lock gate = new();
    TaskCompletionSource opens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int standing;
    int within;

    public int Most { get; private set; }

    public async Task Pass(CancellationToken cancel)
    {
        TaskCompletionSource mine;
        bool isFull;
        lock (gate)
        {
            Most = Math.Max(Most, ++within);
            mine = opens;
            isFull = ++standing == together;
        }
        if (isFull)
        {
            await wait();
            lock (gate)
                (opens, standing) = (new(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            mine.SetResult();
        }
        await mine.Task.WaitAsync(cancel);
    }

    /// <summary>Before whoever asked is answered, who may ask again at once.</summary>
    public void Leave()
    {
        lock (gate)
            within--;
    }
}
