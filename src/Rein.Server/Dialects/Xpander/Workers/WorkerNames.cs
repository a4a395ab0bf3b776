namespace Rein.Server.Dialects.Xpander.Workers;

/// <summary>What workers of theirs are called here, each connection anew: they have no names of their own.</summary>
static class WorkerNames
{
    const string Mark = XpanderDialect.Name + "-";

    public static string New(DateTimeOffset now) => $"{Mark}{Guid.CreateVersion7(now):N}";

    /// <summary>Before the name may stand the pool of its key.</summary>
    public static bool AreTheirs(string worker) => worker.AsSpan(worker.LastIndexOf('/') + 1).StartsWith(Mark, StringComparison.Ordinal);
}
