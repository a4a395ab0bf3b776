using System.Text.RegularExpressions;

namespace Rein.House.Tests;

/// <summary>What is copied from the pages for operators is run by them: every option there is one that the page of commands knows.</summary>
public sealed partial class OptionTests
{
    [Theory]
    [InlineData("docs/running.md")]
    [InlineData("README.md")]
    [InlineData("deploy/rein.service")]
    [InlineData("Dockerfile")]
    public void Every_option_of_ours_is_known(string document)
    {
        var known = Option().Matches(Repository.Read("docs/cli.md")).Select(found => found.Value).ToHashSet();
        var said = Calls().Matches(Repository.Read(document)).SelectMany(call => Option().Matches(call.Value)).Select(found => found.Value);
        None.Of(said.Where(option => !known.Contains(option)));
    }

    /// <summary>A line from our program's name on, and the arguments of a container.</summary>
    [GeneratedRegex(@"\brein (up|backup|restore|start|receipt|runs|export|items|demo)\b.*|^CMD .*", RegexOptions.Multiline)]
    private static partial Regex Calls();

    [GeneratedRegex(@"--[a-z][a-z-]+")]
    private static partial Regex Option();
}
