using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Signals;

/// <summary>Channels belong to the whole database; installations in other schemas have others.</summary>
static class Channels
{
    public static string Runs(Database database) => $"{database.Schema}_runs";
    public static string Sessions(Database database) => $"{database.Schema}_sessions";
    public static string Streams(Database database) => $"{database.Schema}_streams";
    public static string Ready(Database database) => $"{database.Schema}_ready";
    public static string Gates(Database database) => $"{database.Schema}_gates";
}
