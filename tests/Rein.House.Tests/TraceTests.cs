using System.Text.RegularExpressions;

namespace Rein.House.Tests;

/// <summary>Nothing of the machine on which a file was written stays in it.</summary>
public sealed partial class TraceTests
{
    static readonly string[] s_binary = [".png", ".jpg", ".gif", ".ico", ".woff2", ".gz", ".zip", ".db"];

    [Fact]
    public void No_file_names_a_folder_of_somebodys_machine() => None.Of(Found(FoldersOfAMachine()));

    [Fact]
    public void No_file_names_a_private_registry() => None.Of(Found(PrivateRegistries()));

    [Theory]
    [InlineData("cd /", "work/x", true)]
    [InlineData("\"/", "home/ada/rein\"", true)]
    [InlineData("#/nodes/", "root/children", false)]
    [InlineData("/v1/", "work/x", false)]
    public void A_folder_of_a_machine_is_recognised(string before, string after, bool found) =>
        Assert.Equal(found, FoldersOfAMachine().IsMatch(before + after));

    [Theory]
    [InlineData("https:/", "/artifactory.acme.example/api/nuget", true)]
    [InlineData("https:/", "/npm.acme.internal/", true)]
    [InlineData("https:/", "/registry.npmjs.org/x", false)]
    [InlineData("https:/", "/api.nuget.org/v3/index.json", false)]
    public void A_private_registry_is_recognised(string before, string after, bool found) =>
        Assert.Equal(found, PrivateRegistries().IsMatch(before + after));

    static IEnumerable<string> Found(Regex trace) =>
        from file in Repository.Files
        where !s_binary.Contains(Path.GetExtension(file))
        from line in Repository.Read(file).Split('\n').Index()
        where trace.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    // Not after a letter, a bracket or a point: that is the path of an address or of a JSON pointer.
    [GeneratedRegex(@"(?<![\w.}\])>*/-])/(work|root|home/\w+|Users/\w+)/|\b[A-Z]:\\Users\\")]
    private static partial Regex FoldersOfAMachine();

    [GeneratedRegex(@"https?://(?!((registry|www)\.npmjs\.(org|com)|(api|www)\.nuget\.org|pypi\.org)(?![\w.-]))[\w.-]*(artifactory|nexus|jfrog|registry|npm|nuget|pypi|mirror|\.internal\b|\.corp\b|\.lan\b)[\w.-]*",
        RegexOptions.IgnoreCase)]
    private static partial Regex PrivateRegistries();
}
