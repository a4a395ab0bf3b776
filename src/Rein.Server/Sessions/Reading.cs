namespace Rein.Server.Sessions;

/// <summary>Who reads a mailbox: one at a time. Whoever comes asks the one before him to end, and waits for it.</summary>
sealed class Reading
{
    readonly Lock gate = new();
    Turn? current;

    public async ValueTask<Turn> TakeOver(CancellationToken cancel)
    {
        var mine = new Turn(cancel);
        Turn? former;
        lock (gate)
            (former, current) = (current, mine);
        if (former is not null)
            await former.End();
        return mine;
    }

    /// <summary>Disposed by whoever has it, when he reads no more.</summary>
    public sealed class Turn(CancellationToken cancel) : IDisposable
    {
        readonly CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken Token => over.Token;

        public async Task End()
        {
            try
            {
                await over.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // He reads no more.
            }
            await ended.Task;
        }

        public void Dispose()
        {
            over.Dispose();
            ended.TrySetResult();
        }
    }
}
