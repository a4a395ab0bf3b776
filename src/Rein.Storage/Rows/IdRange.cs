namespace Rein.Storage.Rows;

/// <summary>Ids are in the order of creation, so that what was created in a time is a range of the index over them.</summary>
static class IdRange
{
    /// <summary>Ids are drawn before the commit, and by another clock.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>No run that was created then or later has a smaller one.</summary>
    public static Guid From(DateTimeOffset since) => Guid.CreateVersion7(since - Margin);
}
