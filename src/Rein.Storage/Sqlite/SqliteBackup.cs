using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite;

/// <summary>A copy of the database as it is at one moment, whole and checked, while a server may be writing.</summary>
public static class SqliteBackup
{
    /// <param name="folder">A data folder.</param>
    /// <param name="file">Where the copy appears; it must not be there yet.</param>
    /// <returns>False: the folder holds no database.</returns>
    /// <exception cref="StoreException">It cannot be read or written, or is damaged; the message says what.</exception>
    public static bool Write(string folder, string file)
    {
        var database = Path.Combine(folder, "rein.db");
        if (!File.Exists(database))
            return false;
        using (var connection = Connection.OpenCopier(database))
            connection.Use("Engine/copy").Bind(file).Run();
        Check(file);
        return true;
    }

    /// <summary>A backup that nobody has read is a hope.</summary>
    static void Check(string file)
    {
        using var connection = Connection.OpenReader(file);
        var found = connection.Use("Engine/check").ReadOne(row => row.Text());
        if (found is not "ok")
            throw new StoreException($"The database is damaged: {found}");
    }
}
