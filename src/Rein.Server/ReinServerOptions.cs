using System.Security.Cryptography.X509Certificates;
using Rein.Core.Runs;
using Rein.Protocol.Outward;
using Rein.Server.Commits;
using Rein.Server.Dialects;
using Rein.Server.Receipts;
using Rein.Server.Secrets;

namespace Rein.Server;

/// <summary>How a server runs. Checked at start: what cannot work is refused there.</summary>
public sealed record ReinServerOptions
{
    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Where it listens, e.g. <c>http://127.0.0.1:7300</c>; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:7300";

    /// <summary>With its private key, for an https address. Not closed by the server.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What leads from the certificate to one that clients know; sent along with it.</summary>
    public X509Certificate2Collection? CertificateChain { get; init; }

    /// <summary>How often a worker says that it lives. A lost push costs one.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a session lives without a heartbeat: at least three, because one that hangs costs its own time and that of the one before.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a stop drill that failed the next one is held, at the latest.</summary>
    public TimeSpan DrillAgain { get; init; } = TimeSpan.FromSeconds(30);

    public Rules Rules { get; init; } = Rules.Default;

    /// <summary>
    /// What a key that has no figure of its own may ask for in a second, stops aside; null for as much as comes. On each node by itself.
    /// </summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>How many stops in a second, in a budget of their own; null for as many as come.</summary>
    public double? StopsPerSecond { get; init; }

    /// <summary>The address under which others reach this server, e.g. <c>https://rein.example</c>: stop links begin with it. Null: as each was asked.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>What secrets are sealed under; null: none can be set, and none is read.</summary>
    public SecretKeys? SecretKeys { get; init; }

    /// <summary>How many commits may be under way at once; bounded by what the store takes.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>
    /// No other process writes this store (SQLite). Then the latest version of a workflow is remembered between starts, because nobody else
    /// can save a newer one.
    /// </summary>
    public bool IsOnlyNode { get; init; }

    /// <summary>
    /// Signs receipts: a private key in PEM, ECDSA P-256. Several nodes may share it. Null: this node seals nothing.
    /// </summary>
    public string? SealKeyPem { get; init; }

    /// <summary>The name of the meter and of the source of traces.</summary>
    public string TelemetryName { get; init; } = "Rein";

    /// <summary>
    /// The closed addresses (loopback, private networks, …) that requests may reach which this server or its embedded worker makes for somebody:
    /// each <c>CIDR</c>, address or host name, with or without <c>:PORT</c>.
    /// </summary>
    public IReadOnlyList<string> AllowAddresses { get; init; } = [];

    /// <summary>Other products' APIs that this server speaks: under which host names, and how their stops are done.</summary>
    public DialectOptions Dialects { get; init; } = new();

    /// <summary>What is kept of ended runs; by default everything. Nodes of one store should say the same.</summary>
    public Retention Retention { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>For trials that end the process at a commit; null otherwise.</summary>
    public CommitProbe? Probe { get; init; }

    /// <summary>What is wrong with these options, in words for the operator; empty when they can work.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (Heartbeat <= TimeSpan.Zero)
            faults.Add("heartbeat must be longer than 0");
        if (Lease < 3 * Heartbeat)
            faults.Add($"lease ({Lease.TotalSeconds} s) must be at least three heartbeats ({Heartbeat.TotalSeconds} s), or one that hangs loses a worker");
        if (Rules.ProofWindow < Heartbeat)
            faults.Add($"proofSeconds ({Rules.ProofWindow.TotalSeconds} s) must be at least one heartbeat ({Heartbeat.TotalSeconds} s): the repair of a lost push takes that long");
        if (Rules.CleanUpBudget <= Rules.ProofWindow)
            faults.Add($"cleanUpSeconds ({Rules.CleanUpBudget.TotalSeconds} s) must be longer than proofSeconds ({Rules.ProofWindow.TotalSeconds} s)");
        if (Rules.MaxGrace < TimeSpan.Zero)
            faults.Add("maxGraceSeconds must not be negative");
        if (RequestsPerSecond is <= 0 or double.NaN)
            faults.Add("requestsPerSecond must be more than 0");
        if (StopsPerSecond is < 1 or double.NaN)
            faults.Add("stopsPerSecond must be at least 1: a key that cannot stop is no use");
        if (PublicUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            faults.Add($"publicUrl ({url}) must be an address like https://rein.example");
        if (Rules.MaxGrace > TimeSpan.FromHours(1))
            faults.Add($"maxGraceSeconds ({Rules.MaxGrace.TotalSeconds} s) must be at most an hour: requests cannot ask for more");
        if (Lease > Longest || Rules.ProofWindow > Longest || Rules.CleanUpBudget > Longest)
            faults.Add("lease, proofSeconds and cleanUpSeconds must be at most a day: a stop would wait for them");
        if (Lanes is < 1 or > 4)
            faults.Add("lanes must be 1 to 4");
        if (Listen.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && Certificate is not { HasPrivateKey: true })
            faults.Add("an https address needs a certificate with its private key");
        if (SealKeyPem is { } pem && SigningKey.FaultOf(pem) is { } fault)
            faults.Add($"the seal key cannot sign: {fault}");
        faults.AddRange(OpenedAddresses.Faults(AllowAddresses));
        faults.AddRange(Retention.Faults());
        faults.AddRange(Dialects.Faults());
        return faults;
    }
}
