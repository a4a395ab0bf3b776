using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class DrainCommand
{
    public static Command Build() =>
        new("drain", "Hands a pool, or one worker, nothing more: what it holds is finished, or handed back in time.") { Pool(), Session() };

    static Command Pool()
    {
        var (pool, grace, undo, json) = (PoolsCommand.Pool(), Grace(), Undo(), Output.Json());
        var command = new Command("pool", "Hands nothing of the organization to a pool, until it is undone.") { pool, grace, undo, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var name = parsed.GetRequiredValue(pool);
            Check(parsed, grace, undo);
            using var client = Reach.Client();
            if (!parsed.GetValue(undo))
                return PoolsCommand.Tell(await client.DrainPool(name, parsed.GetValue(grace)), parsed.GetValue(json));
            await client.ReopenPool(name);
            Screen.Standard.Line($"{name}\tnot drained");
            return ExitCode.Ok;
        }));
        return command;
    }

    static Command Session()
    {
        var session = new Argument<Guid>("session") { Description = "The session's id; `rein sessions` lists them.", HelpName = "SESSION" };
        var (grace, undo, json) = (Grace(), Undo(), Output.Json());
        var command = new Command("session", "Hands nothing to a worker, as long as its session lives or until it is undone.") { session, grace, undo, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var id = parsed.GetRequiredValue(session);
            Check(parsed, grace, undo);
            using var client = Reach.Client();
            if (!parsed.GetValue(undo))
            {
                SessionsCommand.Tell(await client.DrainSession(id, parsed.GetValue(grace)), parsed.GetValue(json));
                return ExitCode.Ok;
            }
            await client.ReopenSession(id);
            Screen.Standard.Line($"{id}\tnot drained");
            return ExitCode.Ok;
        }));
        return command;
    }

    static void Check(ParseResult parsed, Option<double?> grace, Option<bool> undo)
    {
        if (parsed.GetValue(undo) && parsed.GetValue(grace) is not null)
            throw new CommandException(ExitCode.BadUsage, "--undo goes without --grace.");
    }

    static Option<double?> Grace() => new("--grace") { Description = "After so many seconds what is still held is handed back. Default: it takes as long as it takes.", HelpName = "S" };

    static Option<bool> Undo() => new("--undo") { Description = "Ends the drain." };
}
