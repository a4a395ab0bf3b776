using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Rein.Core.Tests.Properties;

/// <summary>Chance that can be repeated: the seed is printed, and `REIN_SEED` gives it back.</summary>
static class Seeds
{
    public static bool IsLong => Environment.GetEnvironmentVariable("REIN_LONG") is { Length: > 0 };

    public static void Check(ITestOutputHelper output, int cases, Property property)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("REIN_SEED"), out var given) ? given : (ulong)Random.Shared.NextInt64();
        output.WriteLine($"REIN_SEED={seed}");
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(seed, 1), property);
    }

    /// <summary>Numbers without a meaning of their own: whoever follows them takes each modulo what there is to choose from.</summary>
    public static Arbitrary<int[]> Choices(int length) => Arb.From(Gen.Choose(0, 1 << 20).ArrayOf(length), Halves);

    static IEnumerable<int[]> Halves(int[] choices)
    {
        for (var cut = choices.Length / 2; cut > 0; cut /= 2)
            yield return choices[..^cut];
        for (var index = 0; index < choices.Length; index++)
            yield return [.. choices[..index], .. choices[(index + 1)..]];
    }
}
