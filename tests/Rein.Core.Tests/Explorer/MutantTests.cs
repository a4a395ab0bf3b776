using Xunit;

namespace Rein.Core.Tests.Explorer;

public sealed class MutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. Mutants.All.Select(mutant => mutant.Mutation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutant_is_found_by_the_rule_it_breaks(string name)
    {
        var mutant = Mutants.All.Single(one => one.Mutation.Name == name);
        var found = mutant.Found();
        Assert.True(found is not null, $"the mutant survived: {name}");
        output.WriteLine($"mutant: {name}\n  {found}");
        Assert.StartsWith(mutant.Breaks, found, StringComparison.Ordinal);
    }
}
