using System.Diagnostics;
using System.Globalization;

namespace Rein.Worker;

/// <summary>
/// Something that an attempt has opened and that must not outlive it: a browser, a session elsewhere, a folder. It is released when the attempt is over,
/// and at the kill when it is stopped; until a look says that it is gone it stands in the <c>residuals</c> of the attempt.
/// </summary>
/// <param name="kind">What it is, as residuals name it: a word.</param>
/// <param name="id">Which one, so that somebody can find it by hand.</param>
/// <param name="release">
/// Ends it. Not called where the look says that it is gone already; called again, with growing pauses, while it is not. Its token fires after two seconds. What it
/// throws is the reason that the residual gives.
/// </param>
/// <param name="isGone">The look: whether nothing of it is left. Called often, and never while it or the release is under way.</param>
public sealed class Resource(string kind, string id, Func<CancellationToken, Task> release, Func<CancellationToken, Task<bool>> isGone)
{
    /// <summary>What it is.</summary>
    public string Kind { get; } = kind;

    /// <summary>Which one.</summary>
    public string Id { get; } = id;

    internal Task Release(CancellationToken hurry) => release(hurry);

    internal Task<bool> IsGone(CancellationToken hurry) => isGone(hurry);

    /// <summary>A folder with everything in it.</summary>
    /// <param name="path">Where it is; it need not exist any more.</param>
    public static Resource Folder(string path) => new(
        "folder", path,
        _ =>
        {
            Directory.Delete(path, recursive: true);
            return Task.CompletedTask;
        },
        _ => Task.FromResult(!Directory.Exists(path)));

    /// <summary>
    /// A process that was started by other means than a <see cref="Processes.ProcessHost"/>, with its descendants as far as the system still knows them. What has
    /// left its tree is not found: what must not be left is started by a host.
    /// </summary>
    /// <param name="process">It must have been started, and not be disposed before the attempt is over.</param>
    public static Resource Of(Process process) => new(
        "process", process.Id.ToString(CultureInfo.InvariantCulture),
        _ =>
        {
            process.Kill(entireProcessTree: true);
            return process.WaitForExitAsync(_);
        },
        _ => Task.FromResult(process.HasExited));
}
