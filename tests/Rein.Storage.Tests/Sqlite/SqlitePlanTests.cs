using System.Text.RegularExpressions;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Tests.Sqlite;

/// <summary>SQLite plans without looking at the rows: what it says of an empty database holds for a full one.</summary>
public sealed partial class SqlitePlanTests : IAsyncLifetime
{
    /// <summary>What a damaged run holds is looked for everywhere, once.</summary>
    static readonly string[] ForDamage = ["Runs/count_down_all", "Runs/release_all", "Runs/withdraw_all"];

    readonly SqliteDatabase database = new();

    [Fact]
    public void No_statement_of_a_unit_scans_a_table()
    {
        var names = typeof(Sql).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("sqlite/Runs/", StringComparison.Ordinal)).Select(name => name["sqlite/".Length..]).Except(ForDamage).ToList();
        Assert.NotEmpty(names);
        Assert.Empty(names.SelectMany(name => database.Plan(name).Where(line => Scan().IsMatch(line)).Select(line => $"{name}: {line}")));
    }

    [Theory]
    [InlineData("Pools/closed", "USING INDEX pools_closed")]
    [InlineData("Pools/drained_sessions", "USING INDEX sessions_drained")]
    public void What_is_closed_is_found_without_what_is_open(string name, string index) => Assert.Contains(index, Assert.Single(database.Plan(name)));

    /// <summary>Only a chain that is in order already ends where nobody asks for more.</summary>
    [Fact]
    public void Keys_with_room_are_found_one_after_the_other_and_not_sorted()
    {
        var plan = database.Plan("Limits/admissible");
        Assert.Contains("CO-ROUTINE waited", plan);
        Assert.DoesNotContain(plan, line => line.Contains("TEMP B-TREE", StringComparison.Ordinal) || line.Contains("MATERIALIZE", StringComparison.Ordinal));
        Assert.Equal(3, plan.Count(line => line.Contains("USING PRIMARY KEY ((org,key)>(?,?))", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Reading/usage", "SEARCH pruned USING INDEX pruned_by_org (org=? AND run>? AND run<?)")]
    [InlineData("Reading/usage", "SEARCH pruned USING INDEX pruned_by_org (org=? AND run>?)")]
    [InlineData("Reading/usage", "SEARCH runs USING INDEX runs_by_org (org=? AND id=?)")]
    [InlineData("Workflows/names_between", "SEARCH workflows USING COVERING INDEX workflows_by_id (org=? AND id>? AND id<?)")]
    public void What_one_organization_has_is_found_without_what_others_have(string name, string plan) => Assert.Contains(plan, database.Plan(name));

    [Theory]
    [InlineData("Sessions/find", "sessions USING PRIMARY KEY (id=?)")]
    [InlineData("Sessions/forget_ended", "INDEX sessions_ended (ended_at<?)")]
    [InlineData("Sessions/orphaned_of", "sessions USING INDEX sessions_by_worker (worker=?)")]
    [InlineData("Sessions/orphaned_of", "INDEX steps_held (session=?)")]
    [InlineData("Sessions/former", "INDEX attempts_unproved (worker=?)")]
    public void A_worker_that_comes_back_is_found_without_the_others(string name, string plan) =>
        Assert.Contains(database.Plan(name), line => line.Contains(plan, StringComparison.Ordinal));

    [GeneratedRegex("^SCAN (?!.*(USING (COVERING )?INDEX|VIRTUAL TABLE))")]
    private static partial Regex Scan();

    public async ValueTask InitializeAsync() => await (await database.Open()).DisposeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
