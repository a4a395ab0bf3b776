using System.Diagnostics;

namespace Rein.System.Tests.Host;

static class StoreDigest
{
    const string Script = """
        import hashlib, sqlite3, sys
        db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
        for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
            columns = ", ".join(f'"{c[1]}"' for c in db.execute(f'PRAGMA table_info("{table}")') if c[1] not in ("used_at", "lease_ends_at", "beat_at"))
            rows = sorted(repr(row) for row in db.execute(f'SELECT {columns} FROM "{table}"'))
            print(table, len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
        """;

    /// <summary>A line for every table with a digest of every row, as another program reads them; sessions beat by themselves, and the use of a key is noted behind it.</summary>
    public static async Task<string[]> Of(TestServer server)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", Script, server.Database]) { RedirectStandardOutput = true })!;
        var said = await python.StandardOutput.ReadToEndAsync(TestServer.Cancel);
        await python.WaitForExitAsync(TestServer.Cancel);
        Assert.Equal(0, python.ExitCode);
        Assert.Contains("runs ", said, StringComparison.Ordinal);
        return said.Split('\n');
    }
}
