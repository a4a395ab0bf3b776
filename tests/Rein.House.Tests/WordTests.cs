using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rein.House.Tests;

public sealed partial class WordTests
{
    // One word per concept: these say run, step, attempt or stop in the words of somebody else.
    static readonly HashSet<string> s_otherWords =
        ["Job", "Jobs", "Task", "Tasks", "Kill", "Killer", "Cancel", "Canceller", "Cancellation", "Abort", "Terminate", "Termination"];

    static readonly HashSet<string> s_foldersThatSayNothing = ["Models", "Services", "Helpers", "Common", "Utils", "Managers"];

    [Fact]
    public void Types_are_named_in_our_words()
    {
        var named = SourceFile.Ours.Where(f => !f.Path.Contains("/Dialects/", StringComparison.Ordinal)).SelectMany(Types);
        None.Of(named.Where(t => IsForeign(t.Name)).Select(t => $"{t.Path}: {t.Name}"));
    }

    [Theory]
    [InlineData("JobQueue", true)]
    [InlineData("IRunCancel", true)]
    [InlineData("HTTPTask", true)]
    [InlineData("KilledRung", false)] // a rung may be killed
    [InlineData("Taskmaster", false)]
    [InlineData("RequestStop", false)]
    public void A_word_is_recognised_inside_a_name(string name, bool foreign) => Assert.Equal(foreign, IsForeign(name));

    [Fact]
    public void Folders_say_what_is_done_in_them()
    {
        var folders = Repository.Files.SelectMany(f => f.Split('/').SkipLast(1)).Distinct();
        None.Of(folders.Intersect(s_foldersThatSayNothing, StringComparer.OrdinalIgnoreCase));
    }

    static IEnumerable<(string Path, string Name)> Types(SourceFile file) =>
        file.Tree.GetRoot().DescendantNodes().Select(n => n switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.Text,
            DelegateDeclarationSyntax type => type.Identifier.Text,
            _ => "",
        }).Where(name => name is not "").Select(name => (file.Path, name));

    static bool IsForeign(string name) => Words().Matches(name).Any(w => s_otherWords.Contains(w.Value));

    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
