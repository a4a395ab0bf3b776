using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class PoolsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("pools", "Lists the pools: their workers, what they hold, and what waits for them.") { json, Show(), Drill() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Command Show()
    {
        var (pool, json) = (Pool(), Output.Json());
        var command = new Command("show", "A pool and its workers.") { pool, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            return Tell(await client.ReadPool(parsed.GetRequiredValue(pool)), parsed.GetValue(json));
        }));
        return command;
    }

    static Command Drill()
    {
        var (pool, json) = (Pool(), Output.Json());
        var every = new Option<double?>("--every") { Description = "Seconds from one drill to the next. Default: 300.", HelpName = "S" };
        var within = new Option<double?>("--within") { Description = "How long a stop may take until it is proved, in milliseconds. Default: 2000.", HelpName = "MS" };
        var off = new Option<bool>("--off") { Description = "No more drills; a pool that has failed one is given work again." };
        var command = new Command("drill", "Tries now and then whether the pool can be stopped; while it cannot, it is given nothing new.") { pool, every, within, off, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var isOff = parsed.GetValue(off);
            if (isOff && (parsed.GetValue(every) is not null || parsed.GetValue(within) is not null))
                throw new CommandException(ExitCode.BadUsage, "--off goes with neither --every nor --within.");
            using var client = Reach.Client();
            var drill = isOff ? null : new DrillRequest { EverySeconds = parsed.GetValue(every), WithinMs = parsed.GetValue(within) };
            return Tell(await client.PutPool(parsed.GetRequiredValue(pool), new() { Drill = drill }), parsed.GetValue(json));
        }));
        return command;
    }

    public static Argument<string> Pool() => new("pool") { Description = "Its name; `default` is the pool of everything that names none.", HelpName = "POOL" };

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        string? cursor = null;
        do
        {
            var page = await client.ListPools(cursor, 500);
            foreach (var pool in page.Pools)
                if (json)
                    Output.Write(pool, ProtocolJson.Default.PoolDocument);
                else
                    Screen.Standard.Line(PoolText.Line(pool));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }

    public static ExitCode Tell(PoolDocument pool, bool json)
    {
        if (json)
            Output.Write(pool, ProtocolJson.Default.PoolDocument);
        else
        {
            Screen.Standard.Line(PoolText.Line(pool));
            foreach (var line in PoolText.More(pool))
                Screen.Standard.Line(line);
        }
        return ExitCode.Ok;
    }
}
