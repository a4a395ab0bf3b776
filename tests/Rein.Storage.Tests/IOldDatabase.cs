namespace Rein.Storage.Tests;

/// <summary>A database that can be made as an earlier version of Rein would have left it.</summary>
public interface IOldDatabase<TSelf>
{
    /// <summary>The schema up to this number, in a database that is not there yet.</summary>
    Task Build(int version);

    /// <summary>By table.</summary>
    Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> Columns();

    Task CopyFrom(TSelf other, string table, IEnumerable<string> columns);

    /// <summary>Each as a text, in the order of the texts.</summary>
    Task<IReadOnlyList<string>> Rows(string table, IEnumerable<string> columns);
}
