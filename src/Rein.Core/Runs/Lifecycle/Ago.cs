namespace Rein.Core.Runs.Lifecycle;

/// <summary>A moment that a worker can only name as a duration: never before it could have been, and never after now, whatever was measured.</summary>
static class Ago
{
    public static DateTimeOffset From(DateTimeOffset now, TimeSpan ago, DateTimeOffset earliest)
    {
        var longest = now > earliest ? now - earliest : TimeSpan.Zero;
        return now - (ago < TimeSpan.Zero ? TimeSpan.Zero : ago < longest ? ago : longest);
    }
}
