using System.Text;
using Rein.Core.Runs;
using Rein.Storage.Rows;

namespace Rein.Storage.Tests;

public sealed class SettledJsonTests
{
    static readonly Guid Run = Driver.NewId();

    static byte[] Json(int length) => Encoding.UTF8.GetBytes($"\"{new string('x', length - 2)}\"");

    [Fact]
    public void What_is_large_is_the_same_bytes_every_time()
    {
        var (kept, json) = (new SettledJson(), Json(5000));
        kept.AddInput(Run, json);
        Assert.True(kept.TryGetInput(Run, out var again));
        Assert.Same(json, again);
        Assert.False(kept.TryGetInput(Driver.NewId(), out _));
        Assert.False(kept.TryGetResult(Run, "a", out _));
    }

    [Theory]
    [InlineData(StepState.Waiting, 5000, false)]
    [InlineData(StepState.Active, 5000, false)]
    [InlineData(StepState.Succeeded, 5000, true)]
    [InlineData(StepState.Failed, 5000, true)]
    [InlineData(StepState.Succeeded, 100, false)]
    public void Of_a_step_only_what_is_large_and_has_ended(StepState state, int length, bool isKept)
    {
        var kept = new SettledJson();
        kept.AddResult(Run, new Step { Id = "a", State = state, Result = Json(length) });
        Assert.Equal(isKept, kept.TryGetResult(Run, "a", out _));
    }

    [Fact]
    public void It_never_holds_more_than_its_bound()
    {
        var kept = new SettledJson(most: 12_000);
        var runs = Enumerable.Range(0, 10).Select(_ => Driver.NewId()).ToList();
        foreach (var run in runs)
        {
            kept.AddInput(run, Json(5000));
            Assert.InRange(runs.Count(other => kept.TryGetInput(other, out _)), 1, 2);
        }
        kept.AddInput(Run, Json(12_001));
        Assert.False(kept.TryGetInput(Run, out _));
    }
}
