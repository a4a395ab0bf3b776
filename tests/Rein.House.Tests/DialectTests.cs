using System.Text.RegularExpressions;

namespace Rein.House.Tests;

/// <summary>What other products call things stays at their edge.</summary>
public sealed partial class DialectTests
{
    [Fact]
    public void No_word_of_a_dialect_leaks_inwards() => None.Of(
        from file in Repository.Files
        where file.StartsWith("src/", StringComparison.Ordinal) && !file.Contains("/Dialects/", StringComparison.Ordinal) && IsText(file)
        from line in Repository.Read(file).Split('\n').Index()
        where Words().IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}");

    [Theory]
    [InlineData("case \"b3os\":", true)]
    [InlineData("public decimal TotalCu", true)]
    [InlineData("execution_state", false)]
    [InlineData("IsDustTest", true)]
    [InlineData("a run of a workflow", false)]
    public void A_word_of_a_dialect_is_recognised(string line, bool isOne) => Assert.Equal(isOne, Words().IsMatch(line));

    static bool IsText(string file) => Path.GetExtension(file) is ".cs" or ".sql" or ".csproj" or ".md" or ".css" or ".txt";

    [GeneratedRegex("b3os|totalCu|executionState|propValues|dustTest|blockExpansions|simulationFork|axiom|xpander|lobstr|squid|is_manually_stopped|hitl_request", RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}
