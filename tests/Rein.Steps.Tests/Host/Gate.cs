namespace Rein.Steps.Tests.Host;

/// <summary>Lets nobody through before so many stand at it, then these together; and counts how many were on this side of their end at once.</summary>
sealed class Gate(int together)
{
    readonly Lock gate = new();
    TaskCompletionSource opens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int standing;
    int within;

    public int Most { get; private set; }

    public Task Pass(CancellationToken cancel)
    {
        lock (gate)
        {
            Most = Math.Max(Most, ++within);
            var mine = opens.Task;
            if (++standing == together)
            {
                opens.SetResult();
                (opens, standing) = (new(TaskCreationOptions.RunContinuationsAsynchronously), 0);
            }
            return mine.WaitAsync(cancel);
        }
    }

    /// <summary>Before whoever asked is answered, who may ask again at once.</summary>
    public void Leave()
    {
        lock (gate)
            within--;
    }
}
