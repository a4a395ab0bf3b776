using System.Xml.Linq;

namespace Rein.House.Tests;

public sealed class DependencyTests
{
    const string AspNetCore = "Microsoft.AspNetCore.App";

    // Who may see whom, and what each may bring into the house. A project that is not built yet may stand here already.
    static readonly Room[] s_house =
    [
        new("Rein.Core", [], []),
        new("Rein.Protocol", [], ["Microsoft.CodeAnalysis.PublicApiAnalyzers"]),
        new("Rein.Storage", ["Rein.Core"], ["Microsoft.Data.Sqlite.Core", "SQLitePCLRaw.bundle_e_sqlite3", "Npgsql"]),
        new("Rein.Server", ["Rein.Core", "Rein.Protocol"], [AspNetCore, "CsvHelper", "Markdig", "Microsoft.AspNetCore.OpenApi"]),
        new("Rein.Worker", ["Rein.Protocol"], ["Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Options.ConfigurationExtensions"]),
        new("Rein.Steps", ["Rein.Worker"], ["AngleSharp"]),
        new("Rein.Dashboard", ["Rein.Protocol"], [AspNetCore, "Radzen.Blazor"]),
        new("Rein.Cli", ["*"], [AspNetCore, "OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "System.CommandLine", "Spectre.Console"]),
    ];

    public static TheoryData<string> Projects =>
        [.. Repository.Ending(".csproj").Where(f => f.StartsWith("src/", StringComparison.Ordinal)).Select(Name)];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_sees_exactly_the_projects_of_the_table(string project)
    {
        var seen = References(project, "ProjectReference").Select(Name).Order();
        Assert.Equal(RoomOf(project).Sees(Projects.Select(p => p.Data)).Order(), seen);
    }

    [Theory, MemberData(nameof(Projects))]
    public void A_project_brings_only_the_packages_of_the_table(string project)
    {
        var brought = References(project, "PackageReference").Concat(References(project, "FrameworkReference"));
        None.Of(brought.Except(RoomOf(project).MayBring));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument.Parse(Repository.Read("Rein.slnx")).Descendants("Project").Select(p => (string)p.Attribute("Path")!);
        Assert.Equal(Repository.Ending(".csproj").Order(StringComparer.Ordinal), solution.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Versions_stand_in_one_place()
    {
        var pinned = Repository.Ending(".csproj")
            .Where(f => XDocument.Parse(Repository.Read(f)).Descendants("PackageReference")
                .Any(p => p.Attribute("Version") is not null || p.Attribute("VersionOverride") is not null));
        None.Of(pinned);
    }

    static Room RoomOf(string project) =>
        s_house.SingleOrDefault(r => r.Project == project)
        ?? throw new InvalidOperationException($"{project} has no line in the table of the house: decide what it may see.");

    static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj")).Descendants(kind).Select(e => (string)e.Attribute("Include")!);

    static string Name(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    sealed record Room(string Project, string[] MaySee, string[] MayBring)
    {
        public IEnumerable<string> Sees(IEnumerable<string> all) => MaySee is ["*"] ? all.Where(p => p != Project) : MaySee;
    }
}
