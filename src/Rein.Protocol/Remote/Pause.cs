namespace Rein.Protocol.Remote;

/// <summary>How long until the next try: twice as long each time, up to five seconds, and by chance up to half of it less, so that workers do not come all at once.</summary>
sealed class Pause
{
    static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    TimeSpan next = s_first;

    public TimeSpan Next()
    {
        var pause = next * (1 - Random.Shared.NextDouble() / 2);
        next = next * 2 < s_longest ? next * 2 : s_longest;
        return pause;
    }

    public void Begin() => next = s_first;
}
