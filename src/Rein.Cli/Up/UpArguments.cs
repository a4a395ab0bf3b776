using System.CommandLine;
using System.CommandLine.Parsing;
using Rein.Protocol.Outward;

namespace Rein.Cli.Up;

/// <summary>The options of `rein up`.</summary>
sealed class UpArguments
{
    readonly Command command;
    readonly Option<string> config = new("--config") { Description = "Settings in a JSON file. Default: DIR/rein.json, where it is there.", HelpName = "FILE" };
    readonly Option<string> data = new("--data") { Description = "The data folder. Default: REIN_DATA, else .rein.", HelpName = "DIR" };
    readonly Option<int?> port = new("--port") { Description = "Listens on 127.0.0.1 at this port; 0 takes a free one. Default: 7300.", HelpName = "N" };
    readonly Option<string> listen = new("--listen") { Description = "Listens elsewhere than on 127.0.0.1, e.g. http://0.0.0.0:7300, or https with --certificate.", HelpName = "URL" };
    readonly Option<string> certificate = new("--certificate") { Description = "The certificate of an https address, with its chain (PEM).", HelpName = "FILE" };
    readonly Option<string> certificateKey = new("--certificate-key") { Description = "Its private key (PEM). Default: in the file of the certificate.", HelpName = "FILE" };
    readonly Option<string> postgres = new("--postgres") { Description = "Keeps everything in PostgreSQL, which several nodes can share.", HelpName = "CONNECTION" };
    readonly Option<string> sealKey = new("--seal-key") { Description = "Seals receipts with this key (PEM, ECDSA P-256), which several nodes may share. Default: DIR/seal.key, made where it is missing.", HelpName = "FILE" };
    readonly Option<string> otlp = new("--otlp") { Description = "Sends traces, metrics and logs to an OpenTelemetry collector (OTLP over HTTP), e.g. http://127.0.0.1:4318.", HelpName = "URL" };
    static readonly string[] s_kinds = ["process", "script"];

    readonly Option<string[]> allow = new("--allow") { Description = "Allows kinds that are off otherwise: process, script. With commas or repeated.", HelpName = "KINDS", CustomParser = Kinds };
    readonly Option<string[]> allowAddress = new("--allow-address")
    {
        Description = "Opens a closed address (loopback, private network, …) to http and crawl steps: CIDR, address or host name, with or without a port. Repeatable.",
        HelpName = "CIDR|HOST[:PORT]",
    };
    readonly ScriptArguments script = new();
    readonly DialectArguments dialects = new();
    readonly Option<int?> capacity = new("--capacity") { Description = "How many attempts the embedded worker executes at once. Default: 256.", HelpName = "N" };
    readonly Option<double?> heartbeat = new("--heartbeat-seconds") { Description = "How often a worker says that it lives; a lost push costs one. Default: 5.", HelpName = "S" };
    readonly Option<double?> lease = new("--lease-seconds") { Description = "How long a session lives without a heartbeat. Default: three heartbeats.", HelpName = "S" };
    readonly Option<double?> proof = new("--proof-seconds") { Description = "Time for kill, look-again and report after a grace. Default: a heartbeat and 2 s.", HelpName = "S" };
    readonly Option<double?> cleanUp = new("--clean-up-seconds") { Description = "How long the finally steps of a run may take. Default: 60.", HelpName = "S" };
    readonly Option<string[]> price = new("--price") { Description = "What a kind costs, in credits for a second or for an attempt; repeatable, * for all others. Default: 1/second.", HelpName = "KIND=CREDITS[/second|/attempt]" };

    readonly Option<double?> requests = new("--requests-per-second") { Description = "What a key may ask for in a second, stops aside, where it has no figure of its own. Default: as much as comes.", HelpName = "N" };
    readonly Option<double?> stops = new("--stops-per-second") { Description = "How many stops in a second, in a budget of their own. Default: as many as come.", HelpName = "N" };
    readonly Option<string> publicUrl = new("--public-url") { Description = "Under which address others reach this server: stop links begin with it.", HelpName = "URL" };

    readonly Option<string> keepRuns = new("--keep-runs") { Description = "How long a run is kept after its end, e.g. 90d. Default: for ever.", HelpName = "TIME" };
    readonly Option<int?> keepRunsCount = new("--keep-runs-count") { Description = "How many ended runs of an organization are kept, the latest. Default: all.", HelpName = "N" };
    readonly Option<string> keepReceipts = new("--keep-receipts") { Description = "How long the receipt of a stop is kept after the end of its run. Default: for ever.", HelpName = "TIME" };

    public UpArguments(Command command)
    {
        this.command = command;
        allow.CompletionSources.Add(s_kinds);
        foreach (var option in (Option[])[config, data, port, listen, certificate, certificateKey, postgres, sealKey, otlp, allow, allowAddress, .. script.Options, capacity, heartbeat, lease, proof, cleanUp, price, requests, stops, publicUrl, keepRuns, keepRunsCount, keepReceipts, .. dialects.Options])
            command.Add(option);
    }

    /// <exception cref="CommandException">They contradict each other, or are out of bounds.</exception>
    public NodeOptions Read(ParseResult said)
    {
        var folder = said.GetValue(data) ?? DataFolder.Default;
        var parsed = Settings.Of(command, said, said.GetValue(config) ?? DataFolder.SettingsIn(folder));
        var options = new NodeOptions
        {
            Data = parsed.Get(data) ?? folder,
            Listen = parsed.IsSaid(listen) || parsed.IsSaid(port) ? Listen(said.GetValue(listen), said.GetValue(port)) : Listen(parsed.Get(listen), parsed.Get(port)),
            Certificate = parsed.Get(certificate),
            CertificateKey = parsed.Get(certificateKey),
            Postgres = parsed.Get(postgres),
            SealKey = parsed.Get(sealKey),
            Otlp = parsed.Get(otlp),
            AllowProcess = parsed.Get(allow)?.Contains("process") is true,
            AllowScript = parsed.Get(allow)?.Contains("script") is true,
            Script = script.Read(parsed.Get, parsed.Get, parsed.Get),
            AllowAddresses = Addresses(parsed.Get(allowAddress) ?? []),
        };
        return options with
        {
            Capacity = parsed.Get(capacity) ?? options.Capacity,
            HeartbeatSeconds = Seconds(parsed, heartbeat) ?? options.HeartbeatSeconds,
            LeaseSeconds = Seconds(parsed, lease),
            ProofSeconds = Seconds(parsed, proof),
            CleanUpSeconds = Seconds(parsed, cleanUp),
            Prices = Prices.Parse(parsed.Get(price) ?? []),
            RequestsPerSecond = parsed.Get(requests),
            StopsPerSecond = parsed.Get(stops),
            PublicUrl = parsed.Get(publicUrl),
            Dialects = dialects.Read(parsed.Get),
            Retention = new() { KeepRuns = Time(parsed, keepRuns), KeepRunsCount = parsed.Get(keepRunsCount), KeepReceipts = Time(parsed, keepReceipts) },
        } is { Capacity: > 0 } fine ? fine : throw new CommandException(ExitCode.BadUsage, "--capacity must be at least 1.");
    }

    /// <summary>At most a hundred years.</summary>
    static TimeSpan? Time(Settings parsed, Option<string> option)
    {
        const double century = 36_500.0 * 86_400;
        var time = Lifetimes.Parse(parsed.Get(option), option.Name, century);
        return time <= TimeSpan.Zero ? throw new CommandException(ExitCode.BadUsage, $"{option.Name} must be longer than nothing.") : time;
    }

    static string Listen(string? url, int? port) => (url, port) switch
    {
        ({ }, { }) => throw new CommandException(ExitCode.BadUsage, "--listen and --port say the same thing: give one of them."),
        (null, null) => "http://127.0.0.1:7300",
        (null, < 0 or > 65535) => throw new CommandException(ExitCode.BadUsage, $"--port {port} is no port: 0 to 65535."),
        (null, _) => $"http://127.0.0.1:{port}",
        _ when IsAddress(url) => url!,
        _ => throw new CommandException(ExitCode.BadUsage, $"--listen {url} is no address like http://127.0.0.1:7300 or https://0.0.0.0:7443."),
    };

    /// <summary>A name that is not an address of this machine would be taken for all of them, and listened to by the whole network.</summary>
    static bool IsAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.Host is "localhost");

    static string[] Addresses(string[] entries) => OpenedAddresses.Faults(entries) is [var fault, ..]
        ? throw new CommandException(ExitCode.BadUsage, $"--allow-address: {fault}.")
        : entries;

    /// <summary>At most a day: what is longer is a slip of the hand, or no number that a timer takes.</summary>
    static double? Seconds(Settings parsed, Option<double?> option) => parsed.Get(option) switch
    {
        null => null,
        >= 0 and <= 86_400 and var seconds => seconds,
        _ => throw new CommandException(ExitCode.BadUsage, $"{option.Name} must be from 0 to 86400 seconds."),
    };

    /// <summary>Spelt as for `rein worker`.</summary>
    static string[] Kinds(ArgumentResult said)
    {
        string[] kinds = [.. said.Tokens.SelectMany(words => words.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (kinds.FirstOrDefault(kind => !s_kinds.Contains(kind)) is { } unknown)
            said.AddError($"--allow {unknown}: known are {string.Join(", ", s_kinds)}.");
        return kinds;
    }
}
