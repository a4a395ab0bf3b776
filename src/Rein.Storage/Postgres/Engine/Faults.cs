using Npgsql;
using Rein.Core.Stores;

namespace Rein.Storage.Postgres.Engine;

/// <summary>What PostgreSQL and the connection to it say, as the store's one exception.</summary>
static class Faults
{
    // What the schema's own functions raise: a write that did not match, a change of something that has ended.
    static readonly string[] Guards = ["RN001", "RN002"];
    const string IdleInTransaction = "25P03";

    /// <summary>Two units used the same idempotency key, or ended the race for a name: the second finds the first one's row when it tries again.</summary>
    static readonly string[] Races = ["start_keys_pkey", "workflows_pkey"];

    /// <summary>An id that somebody has chosen, and another had chosen before: that it is taken is found again at each try.</summary>
    const string Taken = "extras_by_alias";

    /// <summary>For the filter of a catch: null leaves the exception as it is.</summary>
    public static StoreException? Of(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } clash when Races.Contains(clash.ConstraintName) =>
            new($"PostgreSQL: {clash.MessageText}.", clash) { IsTransient = true, IsContended = true },
        PostgresException postgres => new($"PostgreSQL: {postgres.MessageText} ({postgres.SqlState}).", postgres)
        {
            IsTransient = IsTransient(postgres),
            IsContended = IsContended(postgres),
            Trouble = TroubleOf(postgres),
        },
        NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException =>
            new($"The connection to PostgreSQL failed: {exception.Message}", exception) { IsTransient = true },
        _ => null,
    };

    public static bool IsGuardedWrite(StoreException fault) => fault.InnerException is PostgresException refused && Guards.Contains(refused.SqlState);

    /// <summary>A standby, or a database that its operator has set to read only, says so of every write.</summary>
    static StoreTrouble TroubleOf(PostgresException fault) => fault.SqlState switch
    {
        PostgresErrorCodes.DiskFull => StoreTrouble.Full,
        PostgresErrorCodes.ReadOnlySqlTransaction => StoreTrouble.ReadOnly,
        _ => StoreTrouble.None,
    };

    static bool IsContended(PostgresException fault) =>
        IsRepeatable(fault) || fault is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: Taken };

    static bool IsRepeatable(PostgresException fault) =>
        fault.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable;

    static bool IsTransient(PostgresException fault) =>
        fault.IsTransient
        || IsRepeatable(fault)
        || TroubleOf(fault) is not StoreTrouble.None
        || fault.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or IdleInTransaction
        || fault.SqlState.StartsWith("08", StringComparison.Ordinal);
}
