using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>
/// One state of everything: up to two runs (by their number in <see cref="RunSpace"/>, -1 before the start), the truth about their attempts,
/// the table of limits, and the duties that are still owed. A value: two equal worlds have the same future.
/// </summary>
readonly record struct World(int First, int Second, Lives FirstLives, Lives SecondLives, sbyte Held, sbyte Blocked, byte FirstDuties, byte SecondDuties)
{
    public static World Empty { get; } = new(-1, -1, default, default, 0, 0, 0, 0);

    public int RunAt(int run) => run == 0 ? First : Second;
    public Lives LivesOf(int run) => run == 0 ? FirstLives : SecondLives;
    public bool Owes(int run, DutyKind duty) => ((run == 0 ? FirstDuties : SecondDuties) & Bit(duty)) != 0;

    public World WithRun(int run, int state) => run == 0 ? this with { First = state } : this with { Second = state };
    public World WithLives(int run, Lives lives) => run == 0 ? this with { FirstLives = lives } : this with { SecondLives = lives };
    public World WithDuties(int run, byte more) =>
        run == 0 ? this with { FirstDuties = (byte)(FirstDuties | more) } : this with { SecondDuties = (byte)(SecondDuties | more) };

    public World Without(int run, DutyKind duty) => run == 0
        ? this with { FirstDuties = (byte)(FirstDuties & ~Bit(duty)) }
        : this with { SecondDuties = (byte)(SecondDuties & ~Bit(duty)) };

    public static int Bit(DutyKind duty) => 1 << (int)duty;
}
