using System.Reflection;
using Rein.Protocol;
using Rein.Protocol.Workers;

namespace Rein.Worker;

/// <summary>How a worker presents itself.</summary>
/// <param name="Name">Unique in the installation, and of one machine; the same after a restart.</param>
/// <param name="Capacity">How many attempts at once: at least 1.</param>
public sealed record WorkerOptions(string Name, int Capacity)
{
    /// <summary>Null is the default pool.</summary>
    public string? Pool { get; init; }

    /// <summary>What its pool shows as its version: at most 100 characters; null for nothing. The default is the version of the program.</summary>
    public string? Version { get; init; } = Assembly.GetEntryAssembly()?.GetName() is { } program ? $"{program.Name} {program.Version?.ToString(3)}" : null;

    /// <summary>
    /// What became of an attempt that this worker's former life held, and that this one knows nothing of. Asked with each session that the server names it in, while
    /// <see cref="ReinWorker.IsAlone"/>. The default says that nothing is left: the former life has ended with its process. Whoever starts processes, or moves to another machine
    /// under the same name, has to say more.
    /// </summary>
    public Func<AttemptRef, AttemptProof> ProveFormer { get; init; } = _ => AttemptProof.Clean;

    /// <summary>
    /// A folder of its own, the same after a restart: when it shuts down, it keeps there how attempts ended whose server has not heard it (<c>unheard.json</c>), and its next life proves them so. Null, the
    /// default: <see cref="ProveFormer"/> is asked, which does not know what had to be killed.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// How long it goes on without any answer of the server: then it asks what it holds to end, kills it after its grace, and hands it back when the server answers again.
    /// Above 0; less than three heartbeats of the server count as three. Default: 2 minutes.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a worker that shuts down lets what it holds finish before it asks it to end and hands it back. At least 0, which is the default.</summary>
    public TimeSpan FinishWithin { get; init; }

    /// <summary>
    /// Called with each report that the server refuses for good, and its reason. Without it the worker goes on: an attempt's end is said once more without its result, its error
    /// and its residuals' names, and an attempt whose rows are refused fails. It must return soon and throw nothing. Default: nobody is told.
    /// </summary>
    public Action<Report, ReinException>? Refused { get; init; }

    /// <summary>The clock that graces and timeouts are counted on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
