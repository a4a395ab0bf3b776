using System.Collections.Concurrent;

namespace Rein.Storage.Postgres.Engine;

/// <summary>The texts of the statements, from the files beside the code that calls them: `Runs/lock` is `Runs/lock.sql`.</summary>
static class Sql
{
    static readonly ConcurrentDictionary<string, string> Texts = new();

    public static string Of(string name) => Texts.GetOrAdd(name, Load);

    static string Load(string name)
    {
        using var stream = typeof(Sql).Assembly.GetManifestResourceStream($"postgres/{name}")
            ?? throw new InvalidOperationException($"There is no statement {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
