using Rein.Protocol.Workers;

namespace Rein.Worker.Ladder;

/// <summary>
/// Something an attempt holds and that a stop must end: a handler, a process, a browser. All calls come from the ladder's own thread or
/// from any other, any number of times; they return at once and never run code of the thing being stopped.
/// </summary>
public interface IStoppable
{
    /// <summary>What it is, as residuals name it: <c>process</c>, <c>handler</c>, …</summary>
    string Kind { get; }

    /// <summary>Which one.</summary>
    string Id { get; }

    /// <summary>Tells it to end by itself.</summary>
    void Ask();

    /// <summary>Ends it and everything that belongs to it by force.</summary>
    void Kill();

    /// <summary>
    /// Completes when nothing of it is left, whether somebody asked or not, or when what is left is known and cannot be ended
    /// (<see cref="Ending.Residuals"/>). It never faults.
    /// </summary>
    Task<Ending> Gone { get; }

    /// <summary>
    /// Completes when nothing of it is left at all, however long that takes after a <see cref="Gone"/> with residuals. The default is for
    /// things that leave none. It never faults.
    /// </summary>
    Task Cleared => Gone;
}
