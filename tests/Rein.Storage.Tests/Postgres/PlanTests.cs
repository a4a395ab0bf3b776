using System.Text.RegularExpressions;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Tests.Postgres;

/// <summary>
/// The plans of units are made once, when tables may be empty, and are then used for millions of rows. Every one of them must go by a key:
/// the worst moment to find out otherwise is a stop in a full database.
/// </summary>
public sealed partial class PlanTests : IAsyncLifetime
{
    static readonly string[] OfNoTable = ["Runs/begin", "Runs/end_backend"];

    readonly PostgresDatabase database = new();

    [Fact]
    public async Task No_statement_of_a_unit_scans_a_table()
    {
        var names = typeof(Sql).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("postgres/Runs/", StringComparison.Ordinal)).Select(name => name["postgres/".Length..]).Except(OfNoTable).ToList();
        Assert.NotEmpty(names);
        var scans = new List<string>();
        foreach (var name in names)
        {
            var plan = await database.Plan(name, ParametersOf(Sql.Of(name)));
            if (Scans(plan))
                scans.Add($"{name}:\n{string.Join('\n', plan)}");
        }
        Assert.Empty(scans);
    }

    /// <summary>Every node asks for them again and again, and most pools are open.</summary>
    [Fact]
    public async Task What_is_closed_is_found_without_what_is_open()
    {
        Assert.Null(await database.Try("""
            INSERT INTO pools (org, name) SELECT gen_random_uuid(), 'open' FROM generate_series(1, 5000);
            INSERT INTO pools (org, name, drained_at) VALUES (gen_random_uuid(), 'drained', 1);
            INSERT INTO sessions (id, worker, kinds, capacity, opened_at, lease_ends_at) SELECT gen_random_uuid(), 'open', '{}', 1, 1, 1 FROM generate_series(1, 5000);
            ANALYZE pools, sessions;
            """));
        Assert.Contains("pools_closed", string.Join('\n', await database.Plan("Pools/closed", 0, settings: "")), StringComparison.Ordinal);
        Assert.Contains("sessions_drained", string.Join('\n', await database.Plan("Pools/drained_sessions", 0, settings: "")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_comes_back_is_found_without_the_others()
    {
        Assert.Null(await database.Try("""
            INSERT INTO sessions (id, worker, kinds, capacity, opened_at, lease_ends_at, ended_at)
              SELECT gen_random_uuid(), 'w' || n, '{}', 1, 1, 1, CASE n % 2 WHEN 1 THEN n END FROM generate_series(1, 5000) AS n;
            INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, items)
              SELECT gen_random_uuid(), 'work', 1, 1, gen_random_uuid(), 'w' || n, 1, 2, 7, 0 FROM generate_series(1, 5000) AS n;
            ANALYZE sessions, attempts;
            """));
        await Goes("Sessions/find", "sessions_pkey", 1);
        await Goes("Sessions/orphaned_of", "sessions_by_worker", 2);
        await Goes("Sessions/unproved", "attempts_unproved", 3);
        await Goes("Sessions/former", "attempts_unproved", 2);
        // What is not known when it is planned may be anything: without a scan of all, the index is what is left.
        await Goes("Sessions/forget_ended", "sessions_ended", 1, "-c enable_seqscan=off");
    }

    /// <summary>Only a chain that is in order already ends where nobody asks for more; and nothing of the limits is read before it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("-c plan_cache_mode=force_generic_plan")]
    public async Task Keys_with_room_are_found_one_after_the_other_and_not_sorted(string settings)
    {
        Assert.Null(await database.Try("""
            INSERT INTO blocked (org, key, rank, since, run)
              SELECT md5((n % 3)::text)::uuid, 'k' || n % 1000, 0, n, md5(n::text)::uuid FROM generate_series(1, 20000) AS n;
            INSERT INTO limits (org, key, max) SELECT DISTINCT org, key, 1 FROM blocked;
            INSERT INTO held (org, key, run) SELECT org, key, run FROM blocked;
            ANALYZE blocked, limits, held;
            """));
        var plan = await database.Plan("Limits/admissible", 3, settings);
        Assert.DoesNotContain(plan, line => line.Contains("Sort", StringComparison.Ordinal) || line.Contains("Hash", StringComparison.Ordinal) || line.Contains("Seq Scan", StringComparison.Ordinal));
        Assert.Equal(2, plan.Count(line => line.Contains("Index Cond: (ROW(org, key) > ROW(", StringComparison.Ordinal)));
    }

    async Task Goes(string name, string index, int parameters, string settings = "") =>
        Assert.Contains(index, string.Join('\n', await database.Plan(name, parameters, "-c plan_cache_mode=force_generic_plan " + settings)), StringComparison.Ordinal);

    static int ParametersOf(string sql) => Parameter().Matches(sql).Select(match => int.Parse(match.ValueSpan[1..], provider: null)).DefaultIfEmpty().Max();

    static bool Scans(IReadOnlyList<string> plan) => plan.Select((line, i) =>
        line.Contains("Seq Scan", StringComparison.Ordinal)
        || (IndexScan().IsMatch(line) && plan.ElementAtOrDefault(i + 1)?.Contains("Index Cond", StringComparison.Ordinal) is not true)).Any(scans => scans);

    [GeneratedRegex(@"\$\d+")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"Index (Only )?Scan")]
    private static partial Regex IndexScan();

    /// <summary>Analyzed while empty: what tempts a planner most.</summary>
    public async ValueTask InitializeAsync()
    {
        await (await database.Open()).DisposeAsync();
        Assert.Null(await database.Try("ANALYZE runs, steps, ready, held, blocked, limits, start_keys, events, definitions, attempts, duties, receipt_entries, logs, loop_pages"));
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
