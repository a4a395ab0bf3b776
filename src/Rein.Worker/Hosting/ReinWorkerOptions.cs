using Rein.Protocol.Workers;

namespace Rein.Worker;

/// <summary>The settings of a worker in a generic host: the section <c>Rein</c> of its configuration, and what the code sets behind it. Checked when the host starts.</summary>
public sealed class ReinWorkerOptions
{
    /// <summary>The section of the configuration: <c>Rein:Server</c> in a file is <c>Rein__Server</c> in the environment.</summary>
    public const string Section = "Rein";

    /// <summary>The server's address, e.g. <c>https://rein.example</c>. Not needed where an <see cref="IWorkerChannel"/> is among the services.</summary>
    public Uri? Server { get; set; }

    /// <summary>A key with the scope <c>work</c>. Better from a secret store or the environment than from a file in a repository.</summary>
    public string? Key { get; set; }

    /// <summary>A file whose first line is the key; read when the host starts. For keys that are mounted into a container.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Unique among the workers of the installation, of one machine, and the same after a restart: a new session of a name replaces the old one. A second process of the machine with the same name waits until the first has ended. Default: the machine's name.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>The pool it serves; null is the default one.</summary>
    public string? Pool { get; set; }

    /// <summary>How many attempts at once: from 1 to 100,000. Default: 10.</summary>
    public int Capacity { get; set; } = 10;

    /// <summary>See <see cref="WorkerOptions.Folder"/>. Default: none.</summary>
    public string? Folder { get; set; }

    /// <summary>See <see cref="WorkerOptions.Silence"/>. Default: 2 minutes.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long what it holds may go on when the host shuts down; then it is asked to end and handed back, which takes up to ten seconds more. The host's own
    /// shutdown timeout (30 s, if nothing else is said) has to be longer than both together, or its attempts are lost instead of handed back. Default: 10 seconds.
    /// </summary>
    public TimeSpan FinishWithin { get; set; } = TimeSpan.FromSeconds(10);
}
