using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>What every unit of a writer uses. Made once: there is one writer, and its statements stay prepared.</summary>
sealed class UnitParts(Connection connection, DefinitionCache definitions, RunRow heads, long logCap) : IDisposable
{
    readonly JsonBuffer json = new();

    public DefinitionCache Definitions => definitions;
    public RunLoader Loader { get; } = new(connection, heads, new());
    public Turns Turns { get; } = new(connection);
    public StartKeys StartKeys { get; } = new(connection);
    public Appender Appender { get; } = new(connection, logCap);

    HeadWriter Head => field ??= new(connection, json);
    StepWriter Steps => field ??= new(connection, json);
    AccountWriter Account => field ??= new(connection, json);
    PageWriter Pages => field ??= new(connection);
    QueueWriter Queues => field ??= new(connection);

    /// <summary>The rows of one change. The head first: it is what says that the change is still possible.</summary>
    public void Write(RunChange change)
    {
        Head.Write(change);
        Steps.Write(change);
        Pages.Write(change);
        Queues.Write(change);
        Account.Write(change);
    }

    public void Dispose() => json.Dispose();
}
