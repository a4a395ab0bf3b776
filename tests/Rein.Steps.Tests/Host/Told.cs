namespace Rein.Tests;

/// <summary>Also a part of the tests of the worker and of the whole system.</summary>
static class Told
{
    /// <summary>Nothing but the token ends it, and that by an <see cref="OperationCanceledException"/>.</summary>
    public static Task UntilTold(this CancellationToken token) => new TaskCompletionSource().Task.WaitAsync(token);
}
