using Rein.Core.Stores;

namespace Rein.Storage.Sqlite;

/// <summary>One process per data folder: two writers would each believe to be the only one.</summary>
sealed class FolderLock : IDisposable
{
    readonly FileStream file;

    FolderLock(FileStream file) => this.file = file;

    public static FolderLock Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            // The system lets go of it when the process ends, however it ends.
            return new(new FileStream(Path.Combine(folder, "rein.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The data folder {folder} cannot be used: {problem.Message} If another server is running on it, stop that one first, or give this one a folder of its own (--data).",
                problem);
        }
    }

    public void Dispose() => file.Dispose();
}
