using Rein.Core.Stores;

namespace Rein.Server.Dialects;

/// <summary>What lies beside a workflow is shared by the dialects: each changes its own part of it, and of changes at once none is lost.</summary>
static class BesideWorkflows
{
    /// <param name="change">Makes what shall lie there of what does, both UTF-8 and empty for nothing. Repeated until nobody else has come between.</param>
    public static async Task Change(
        this IExtraStore extras, Guid organization, string name, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change, CancellationToken cancel)
    {
        while (await extras.OfWorkflow(organization, name, cancel) is var before && !await extras.ExchangeBesideWorkflow(organization, name, before, change(before), cancel)) { }
    }
}
