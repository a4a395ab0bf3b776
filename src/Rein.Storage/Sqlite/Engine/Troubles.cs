using Rein.Core.Stores;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Rein.Storage.Sqlite.Engine;

/// <summary>What SQLite calls a disk error, told apart by what the system had said: an operator who reads "I/O error" would look for a broken disk.</summary>
static class Troubles
{
    const int NotPermitted = 1; // EPERM
    const int NoAccess = 13; // EACCES
    const int NoSpace = 28; // ENOSPC
    const int ReadOnlyFileSystem = 30; // EROFS
    const int QuotaExceeded = 122; // EDQUOT

    public static StoreTrouble Of(int result, sqlite3 handle) => result switch
    {
        SQLITE_FULL => StoreTrouble.Full,
        SQLITE_READONLY => StoreTrouble.ReadOnly,
        SQLITE_IOERR or SQLITE_CANTOPEN => Native.SystemError(handle.DangerousGetHandle()) switch
        {
            NoSpace or QuotaExceeded => StoreTrouble.Full,
            ReadOnlyFileSystem or NotPermitted or NoAccess => StoreTrouble.ReadOnly,
            _ => StoreTrouble.None,
        },
        _ => StoreTrouble.None,
    };

    public static string Advice(StoreTrouble trouble) => trouble switch
    {
        StoreTrouble.Full => "Its disk is full: free some space, and start again.",
        StoreTrouble.ReadOnly => "It cannot be written: make the folder and its file system writable, or give another folder with --data.",
        _ => "Is it one of Rein's, and may this process write it?",
    };
}
