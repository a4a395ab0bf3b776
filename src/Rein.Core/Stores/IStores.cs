namespace Rein.Core.Stores;

/// <summary>Everything that is durable, a noun each. One database of either dialect; there is no other implementation.</summary>
public interface IStores : IAsyncDisposable
{
    IRunStore Runs { get; }
    IRunReader Reader { get; }
    IProgressStore Progress { get; }
    ITimerStore Timers { get; }
    IWorkflowStore Workflows { get; }
    ISessionStore Sessions { get; }
    IPoolStore Pools { get; }
    IDutyStore Duties { get; }
    IExportStore Exports { get; }
    ILimitStore Limits { get; }
    IKeyStore Keys { get; }
    ISealStore Seals { get; }
    IStopLinkStore StopLinks { get; }
    ISecretStore Secrets { get; }
    IAuditStore Audit { get; }
    IRetentionStore Retention { get; }
    IExtraStore Extras { get; }

    /// <summary>Null where one process has the store to itself: there is nobody to tell.</summary>
    IStoreSignals? Signals { get; }

    /// <summary>Brings the schema up to date. Refuses a database that is newer than this program.</summary>
    /// <exception cref="StoreException">The database cannot be used as it is; the message says what to do.</exception>
    Task Migrate(CancellationToken cancel);
}

/// <summary>Broken infrastructure, or a write that breaks an invariant. Never an expected outcome.</summary>
public sealed class StoreException : Exception
{
    public StoreException(string message, Exception? inner = null) : base(message, inner) { }

    /// <summary>The same work may succeed when it is tried again: a lost connection, a deadlock, a busy file.</summary>
    public bool IsTransient { get; init; }

    /// <summary>It was lost in the middle of a commit, and whether that went through could not be found out.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Others hold what it wants, or were quicker: nothing is wrong with the store.</summary>
    public bool IsContended { get; init; }

    /// <summary>Why nothing can be written until somebody does something about it. Such a fault is transient: it passes without a restart.</summary>
    public StoreTrouble Trouble { get; init; }
}

public enum StoreTrouble
{
    None,

    /// <summary>There is no room for another row.</summary>
    Full,

    /// <summary>The file system, or the database, takes no writes.</summary>
    ReadOnly,
}
