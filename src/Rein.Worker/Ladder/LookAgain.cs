using System.Diagnostics;
using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>Something whose remains can be seen and ended; used on the <see cref="StopThread"/> only.</summary>
interface IRemains
{
    /// <summary>What is alive of it now.</summary>
    Task<IReadOnlyList<Residual>> LookAsync();

    /// <summary>Ends by force what the last look saw.</summary>
    void Kill();
}

/// <summary>
/// The last rung: kill, look again, until two looks in a row see nothing. A single empty look is no proof, because a process may have
/// forked behind the back of the reader; the second follows at once, since it only has to begin after the first has ended. What survives
/// <see cref="EnoughLooks"/> looks cannot be ended by a signal and is reported.
/// </summary>
sealed class LookAgain(IRemains remains, StopThread thread)
{
    const int EnoughLooks = 30, EmptyLooks = 2, GentleLooks = 4;
    static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(1), s_longest = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(500), s_patience = TimeSpan.FromSeconds(4);

    readonly Dictionary<string, int> _looks = [];
    TaskCompletionSource _news = new();
    int _gentle;

    public bool HasKilled { get; private set; }

    /// <summary>Whoever ended by itself was followed by its children, or will be in a few milliseconds: they get them.</summary>
    public void BeGentle() => _gentle = GentleLooks;

    public void BeHard() => _gentle = 0;

    /// <summary>Something has ended: the next look is worth taking now.</summary>
    public void Hurry()
    {
        var news = _news;
        _news = new();
        news.SetResult();
    }

    /// <summary>Until nothing is left, or nothing that a signal could end.</summary>
    public async Task<IReadOnlyList<Residual>> UntilKnownAsync()
    {
        var since = Stopwatch.GetTimestamp();
        var pause = s_first;
        for (var empty = 0; ;)
        {
            var news = _news.Task;
            var left = await remains.LookAsync();
            if (left.Count == 0)
            {
                if (++empty == EmptyLooks) return left;
                continue;
            }

            empty = 0;
            if (--_gentle < 0) Kill();
            if (Stopwatch.GetElapsedTime(since) > s_patience || left.All(HasSurvived)) return left;
            pause = left.Any(IsNew) ? s_first : Longer(pause);
            foreach (var residual in left) _looks[residual.Id] = _looks.GetValueOrDefault(residual.Id) + 1;
            await Task.WhenAny(news, thread.Pause(pause));
        }
    }

    void Kill()
    {
        HasKilled = true;
        remains.Kill();
    }

    bool HasSurvived(Residual residual) => _looks.GetValueOrDefault(residual.Id) >= EnoughLooks;

    bool IsNew(Residual residual) => !_looks.ContainsKey(residual.Id);

    static TimeSpan Longer(TimeSpan pause) => pause * 2 < s_longest ? pause * 2 : s_longest;

    /// <summary>After <see cref="UntilKnownAsync"/> had to leave something: goes on, slowly, until it is gone after all.</summary>
    public async Task UntilGoneAsync()
    {
        for (var empty = 0; empty < EmptyLooks;)
        {
            await thread.Pause(s_slow);
            var left = await remains.LookAsync();
            if (left.Count > 0) remains.Kill();
            empty = left.Count > 0 ? 0 : empty + 1;
        }
    }
}
