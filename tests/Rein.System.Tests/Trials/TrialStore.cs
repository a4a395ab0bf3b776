using Npgsql;
using Rein.Server.Secrets;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>What the server of a trial keeps its runs in: SQLite in its data folder, or a database of its own in the PostgreSQL of the tests.</summary>
sealed class TrialStore : IAsyncDisposable
{
    const string Postgres = "PostgreSQL";

    readonly string? server;
    readonly string name = $"trials_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";

    TrialStore(string? server) => this.server = server;

    static bool IsLong => Environment.GetEnvironmentVariable("REIN_LONG") == "1";

    /// <summary>PostgreSQL with REIN_LONG=1 alone.</summary>
    public static TheoryData<string> Kinds => IsLong ? ["SQLite", Postgres] : ["SQLite"];

    /// <param name="many">With REIN_LONG=1; a fifth of it on PostgreSQL.</param>
    public int Trials(int few, int many) => IsLong ? IsShared ? many / 5 : many : few;

    /// <summary>Other servers could have it as well.</summary>
    public bool IsShared => server is not null;

    /// <summary>Of `rein up`.</summary>
    public string[] Options => server is null ? [] : ["--postgres", new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString];

    /// <param name="data">The server's data folder, which is given the key that nobody makes where several need it.</param>
    public static async Task<TrialStore> Make(string kind, string data)
    {
        if (kind is not Postgres)
            return new(null);
        var store = new TrialStore(Environment.GetEnvironmentVariable("REIN_TEST_POSTGRES"));
        Assert.True(store.server is { Length: > 0 }, "run ./test.sh, or set REIN_TEST_POSTGRES");
        await store.Do($"CREATE DATABASE {store.name}");
        await File.WriteAllTextAsync(Path.Combine(data, "secret.key"), SecretKeys.Draw(), TestServer.Cancel);
        return store;
    }

    async Task Do(string sql)
    {
        await using var besides = NpgsqlDataSource.Create(server!);
        await using var command = besides.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await Do($"DROP DATABASE {name} WITH (FORCE)");
    }
}
