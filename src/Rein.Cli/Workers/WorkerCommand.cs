using System.CommandLine;
using System.Runtime.InteropServices;
using Rein.Cli.Up;
using Rein.Protocol.Outward;

namespace Rein.Cli.Workers;

/// <summary>`rein worker`: the built-in kinds, on this machine, for a server that may be anywhere.</summary>
static class WorkerCommand
{
    static readonly string[] s_usual = ["noop", "hold", "http", "crawl"];

    static readonly Option<string> s_server = new("--server") { Description = "The server's address. Default: REIN_URL, else http://127.0.0.1:7300.", HelpName = "URL" };
    static readonly Option<string> s_keyFile = new("--key-file") { Description = "A file with a key that has the scope work. Default: REIN_KEY.", HelpName = "FILE" };
    static readonly Option<string> s_pool = new("--pool") { Description = "The pool it belongs to. Default: the one of steps that name none.", HelpName = "POOL" };
    static readonly Option<string> s_name = new("--name") { Description = "Its name, the same after a restart, and no other worker's or folder's. Default: the machine's and the folder's.", HelpName = "NAME" };
    static readonly Option<int> s_capacity = new("--capacity") { Description = "How many attempts at once. Default: 16.", HelpName = "N", DefaultValueFactory = _ => 16 };
    static readonly Option<string> s_data = new("--data") { Description = "A folder of its own, by which it finds after a crash what it left behind. Default: .rein-worker.", HelpName = "DIR" };
    static readonly Option<string[]> s_allow = new("--allow") { Description = "The kinds it executes, with commas or repeated: noop, hold, http, crawl, process, script. Default: all but process and script.", HelpName = "KINDS" };
    static readonly Option<string[]> s_allowAddress = new("--allow-address")
    {
        Description = "Opens a closed address (loopback, private network, …) to http and crawl steps: CIDR, address or host name, with or without a port. Repeatable.",
        HelpName = "CIDR|HOST[:PORT]",
    };

    static readonly ScriptArguments s_script = new();

    public static Command Build()
    {
        var command = new Command("worker", "Executes steps for a server, until Ctrl-C or SIGTERM: then it hands back what it holds.")
        {
            s_server, s_keyFile, s_pool, s_name, s_capacity, s_data, s_allow, s_allowAddress,
        };
        foreach (var option in s_script.Options)
            command.Add(option);
        command.SetAction((parsed, _) => Guarded.Run(() => Work(Read(parsed))));
        return command;
    }

    static async Task<ExitCode> Work(RemoteWorkerOptions options)
    {
        ClosedMemory.Close();
        using var stopTaking = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Tell(signal, stopTaking));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Tell(signal, stopTaking));
        await using var worker = await RemoteWorker.Prepare(options);
        await Console.Error.WriteLineAsync($"worker {worker.Name} connects to {options.Server}");
        await worker.Run(
            session => Console.Out.WriteLine($"ready {worker.Name}  pool {options.Pool ?? "(default)"}  kinds {string.Join(',', options.Kinds)}  session {session.Session}"),
            stopTaking.Token);
        return ExitCode.Ok;
    }

    /// <summary>The first asks, the second does not wait. What is left of processes then, the next start sweeps.</summary>
    static void Tell(PosixSignalContext signal, CancellationTokenSource stopTaking)
    {
        signal.Cancel = true;
        if (stopTaking.IsCancellationRequested)
            Environment.Exit((int)ExitCode.Interrupted);
        stopTaking.Cancel();
    }

    static RemoteWorkerOptions Read(ParseResult parsed)
    {
        var name = parsed.GetValue(s_name);
        if (name is not null && !RemoteWorker.IsName(name))
            throw new CommandException(ExitCode.BadUsage, $"--name {name} must be 1 to 64 letters, digits, '-', '_' or '.'.");
        if (parsed.GetValue(s_capacity) is not (> 0 and <= 100_000 and var capacity))
            throw new CommandException(ExitCode.BadUsage, "--capacity must be from 1 to 100000.");
        var addresses = parsed.GetValue(s_allowAddress) ?? [];
        if (OpenedAddresses.Faults(addresses) is [var fault, ..])
            throw new CommandException(ExitCode.BadUsage, $"--allow-address: {fault}.");
        return new(Server(parsed.GetValue(s_server)), Key(parsed.GetValue(s_keyFile)), name, capacity)
        {
            Pool = parsed.GetValue(s_pool),
            Data = parsed.GetValue(s_data) ?? ".rein-worker",
            Kinds = Kinds(parsed.GetValue(s_allow) ?? []),
            AllowAddresses = addresses,
            Script = s_script.Read(parsed.GetValue, parsed.GetValue, parsed.GetValue),
        };
    }

    static Uri Server(string? said)
    {
        var url = said ?? Environment.GetEnvironmentVariable("REIN_URL") ?? "http://127.0.0.1:7300";
        return Uri.TryCreate(url, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server!
            : throw new CommandException(ExitCode.BadUsage, $"{url} is no address like https://rein.example.");
    }

    /// <summary>Never from the command line, where everybody on the machine can read it.</summary>
    static string Key(string? file)
    {
        try
        {
            var key = file is null ? Environment.GetEnvironmentVariable("REIN_KEY") : File.ReadAllText(file).Trim();
            return key is { Length: > 0 } ? key : throw new CommandException(ExitCode.NoServer, "There is no key: neither in REIN_KEY nor in a file named with --key-file.");
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadUsage, $"The key in {file} cannot be read: {unread.Message}");
        }
    }

    static string[] Kinds(string[] said)
    {
        string[] kinds = [.. said.SelectMany(words => words.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
        if (kinds.FirstOrDefault(kind => !RemoteWorker.Known.Contains(kind)) is { } unknown)
            throw new CommandException(ExitCode.BadUsage, $"--allow {unknown}: known are {string.Join(", ", RemoteWorker.Known)}.");
        return kinds is [] ? s_usual : kinds;
    }
}
