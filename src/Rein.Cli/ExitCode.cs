namespace Rein.Cli;

/// <summary>What a command ends with. Scripts rely on the numbers; `docs/cli.md` and `rein --help` list them.</summary>
enum ExitCode
{
    Ok = 0,
    RunFailed = 1,
    BadUsage = 2,
    RunStopped = 3,
    NotFound = 4,
    NoServer = 5,
    NotProved = 6,
    Refused = 7,
    NotVerified = 8,
    Interrupted = 130,
}

static class ExitCodes
{
    public static IReadOnlyList<(ExitCode Code, string Means)> All { get; } =
    [
        (ExitCode.Ok, "It is done; a watched run has succeeded; a stopped run is gone, with proof."),
        (ExitCode.RunFailed, "The watched run has failed."),
        (ExitCode.BadUsage, "The command line or the configuration cannot work; nothing was done."),
        (ExitCode.RunStopped, "The watched run was stopped."),
        (ExitCode.NotFound, "There is no such run, workflow, key, secret or link, or nobody ever asked to stop the run."),
        (ExitCode.NoServer, "No server answers, or it does not accept the key."),
        (ExitCode.NotProved, "The stop is durable, but in the time given nobody has proved that the run is gone."),
        (ExitCode.Refused, "The server refused the request, or something is broken; the message says what."),
        (ExitCode.NotVerified, "The receipts in the file are not what was sealed; the message says where."),
        (ExitCode.Interrupted, "Ended at once, by a second Ctrl-C."),
    ];
}

/// <summary>Ends a command with a sentence on standard error.</summary>
sealed class CommandException(ExitCode code, string sentence) : Exception(sentence)
{
    public ExitCode Code => code;
}
