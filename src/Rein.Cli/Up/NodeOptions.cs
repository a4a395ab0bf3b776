using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server;
using Rein.Server.Dialects;

namespace Rein.Cli.Up;

/// <summary>What `rein up` was told.</summary>
sealed record NodeOptions
{
    public required string Data { get; init; }
    public required string Listen { get; init; }

    /// <summary>A file in PEM, for an https address.</summary>
    public string? Certificate { get; init; }

    /// <summary>Null: the key is in the certificate's file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Null is SQLite in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>Null is the data folder's own.</summary>
    public string? SealKey { get; init; }

    /// <summary>Where traces, metrics and logs are sent; null for nowhere.</summary>
    public string? Otlp { get; init; }

    public bool AllowProcess { get; init; }

    public bool AllowScript { get; init; }

    public ScriptSettings Script { get; init; } = new();

    /// <summary>The closed addresses that steps may reach.</summary>
    public IReadOnlyList<string> AllowAddresses { get; init; } = [];

    public int Capacity { get; init; } = 256;
    public double HeartbeatSeconds { get; init; } = 5;
    public double? RequestsPerSecond { get; init; }
    public double? StopsPerSecond { get; init; }
    public string? PublicUrl { get; init; }
    public double? LeaseSeconds { get; init; }
    public double? ProofSeconds { get; init; }
    public double? CleanUpSeconds { get; init; }
    public PriceList Prices { get; init; } = PriceList.Usual;

    public Retention Retention { get; init; } = new();

    public DialectOptions Dialects { get; init; } = new();

    /// <summary>The server's own settings. What was not said follows the heartbeat.</summary>
    public ReinServerOptions ForServer()
    {
        var proof = TimeSpan.FromSeconds(ProofSeconds ?? HeartbeatSeconds + 2);
        return new()
        {
            Listen = Listen,
            Heartbeat = TimeSpan.FromSeconds(HeartbeatSeconds),
            Lease = LeaseSeconds is { } lease ? TimeSpan.FromSeconds(lease) : 3 * TimeSpan.FromSeconds(HeartbeatSeconds),
            Rules = Rules.Default with
            {
                ProofWindow = proof,
                Prices = Prices,
                CleanUpBudget = CleanUpSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Rules.Default.CleanUpBudget,
            },
            RequestsPerSecond = RequestsPerSecond,
            StopsPerSecond = StopsPerSecond,
            PublicUrl = PublicUrl,
            Retention = Retention,
            Dialects = Dialects,
            IsOnlyNode = Postgres is null,
            AllowAddresses = AllowAddresses,
            Time = new SteadyTime(TimeProvider.System),
            Probe = TrialCrash.FromEnvironment(),
        };
    }
}
