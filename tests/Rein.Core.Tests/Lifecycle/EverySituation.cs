using Rein.Core.Runs;
using Rein.Core.Tests.Explorer;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>What a command answers in each situation, in the order of <see cref="Situation"/>: none may be left out.</summary>
sealed class EverySituation : TheoryData<Situation, Answer>
{
    public EverySituation(params ReadOnlySpan<Answer> answers)
    {
        Assert.Equal(Enum.GetValues<Situation>().Length, answers.Length);
        for (var index = 0; index < answers.Length; index++)
            Add((Situation)index, answers[index]);
    }
}
