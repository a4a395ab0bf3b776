using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Processes;

/// <summary>What holds a process and everything that descends from it together.</summary>
interface IContainer : IRemains
{
    Containment Containment { get; }

    /// <summary>Lets go of what the container itself needs, when nothing is left in it.</summary>
    void Close();
}
