using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Ladder;

/// <summary>How often one looks before something counts as gone, and how long whoever follows by himself is spared.</summary>
public sealed class LookAgainTests : IDisposable
{
    readonly StopThread _thread = new();

    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task One_empty_look_is_no_proof_and_two_in_a_row_are()
    {
        var remains = new Remains("", "late", "", "");

        Assert.Empty(await UntilKnown(remains));
        Assert.Equal(4, remains.Looks);
    }

    [Fact]
    public async Task Who_left_nothing_is_proved_gone_by_two_looks_and_without_force()
    {
        var remains = new Remains("", "");

        Assert.Empty(await UntilKnown(remains, gently: true));
        Assert.Equal((2, 0), (remains.Looks, remains.Kills));
    }

    [Fact]
    public async Task Whoever_follows_within_four_looks_is_not_killed()
    {
        var remains = new Remains("child", "child", "child", "child", "", "");

        Assert.Empty(await UntilKnown(remains, gently: true));
        Assert.Equal(0, remains.Kills);
    }

    [Fact]
    public async Task Whoever_does_not_follow_is_killed_at_the_fifth_look()
    {
        var remains = new Remains("child", "child", "child", "child", "child", "", "");

        Assert.Empty(await UntilKnown(remains, gently: true));
        Assert.Equal(1, remains.Kills);
    }

    [Fact]
    public async Task A_pause_that_another_thread_asks_for_ends_though_the_ladders_have_nothing_to_do()
    {
        await _thread.Run(() => Task.FromResult(0)).WaitAsync(Patience);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _thread.Pause(TimeSpan.FromMilliseconds(1)))).WaitAsync(Patience);
        await _thread.Pause(TimeSpan.FromMilliseconds(1)).WaitAsync(Patience);
    }

    Task<IReadOnlyList<Residual>> UntilKnown(Remains remains, bool gently = false)
    {
        var looks = new LookAgain(remains, _thread);
        if (gently) looks.BeGentle();
        return _thread.Run(looks.UntilKnownAsync).WaitAsync(Patience);
    }

    public void Dispose() => _thread.Dispose();

    /// <summary>What each look sees, in order; an empty word is nobody.</summary>
    sealed class Remains(params string[] seen) : IRemains
    {
        public int Looks { get; private set; }

        public int Kills { get; private set; }

        public Task<IReadOnlyList<Residual>> LookAsync()
        {
            var one = seen[Looks++];
            return Task.FromResult<IReadOnlyList<Residual>>(one.Length == 0 ? [] : [new Residual("process", one, "lives")]);
        }

        public void Kill() => Kills++;
    }
}
