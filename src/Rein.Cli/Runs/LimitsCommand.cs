using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class LimitsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("limits", "Lists the limits: how many runs under a key may be admitted at once.") { json, Show(), Set(), Remove() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Command Show()
    {
        var (key, json) = (Key(), Output.Json());
        var most = new Option<int?>("--limit") { Description = "How many holders, and how many of those who wait. Default: 50.", HelpName = "N" };
        var command = new Command("show", "A limit, who holds it, and who waits in which order.") { key, most, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Show(parsed.GetRequiredValue(key), parsed.GetValue(most) ?? 50, parsed.GetValue(json))));
        return command;
    }

    static Command Set()
    {
        var (key, json) = (Key(), Output.Json());
        var max = new Argument<int>("max") { Description = "0 to 1000000; with 0 nothing is admitted.", HelpName = "MAX" };
        var command = new Command("set", "Sets a limit. Raising it admits those who wait; lowering it ends no run.") { key, max, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Set(parsed.GetRequiredValue(key), parsed.GetValue(max), parsed.GetValue(json))));
        return command;
    }

    static Command Remove()
    {
        var key = Key();
        var command = new Command("remove", "Takes a limit away: whoever waits is admitted.") { key };
        command.SetAction((parsed, _) => Guarded.Run(() => Remove(parsed.GetRequiredValue(key))));
        return command;
    }

    static Argument<string> Key() => new Argument<string>("key") { Description = "What starts name with --limit-key.", HelpName = "KEY" }.SuggestLimits();

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        string? cursor = null;
        do
        {
            var page = await client.ListLimits(cursor, 500);
            foreach (var limit in page.Limits)
                if (json)
                    Output.Write(limit, ProtocolJson.Default.LimitDocument);
                else
                    Screen.Standard.Line($"{limit.Key}\t{Counts(limit)}");
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }

    static async Task<ExitCode> Show(string key, int most, bool json)
    {
        if (most is < 1 or > 500)
            throw new CommandException(ExitCode.BadUsage, "--limit must be from 1 to 500.");
        using var client = Reach.Client();
        var limit = await client.ReadLimit(key);
        var holders = await client.ListHolders(key, limit: most);
        var queue = await client.ListQueue(key, limit: most);
        if (json)
            Output.Write(
                limit with { Holders = holders.Runs, HoldersCursor = holders.Cursor, Queue = queue.Runs, QueueCursor = queue.Cursor },
                ProtocolJson.Default.LimitDocument);
        else
            Show(limit, holders, queue);
        return ExitCode.Ok;
    }

    static void Show(LimitDocument limit, LimitRunList holders, LimitRunList queue)
    {
        var screen = Screen.Standard;
        screen.Line($"{limit.Key}\t{Counts(limit)}");
        foreach (var run in holders.Runs)
            screen.Line($"holds\t{Line(run)}\t{(run.IsStopping ? "stopping" : run.State)}");
        foreach (var run in queue.Runs)
            screen.Line($"#{run.Place}\t{Line(run)}\tpriority {run.Priority}");
        if (holders.Cursor is not null || queue.Cursor is not null)
            screen.Line("and more: see --limit");
    }

    static string Line(LimitRunDocument run) => $"{run.RunId}\t{run.Workflow ?? "-"}\t{Figures.Moment(run.CreatedAt)}";

    static async Task<ExitCode> Set(string key, int max, bool json)
    {
        using var client = Reach.Client();
        var limit = await client.PutLimit(key, max);
        if (json)
            Output.Write(limit, ProtocolJson.Default.LimitDocument);
        else
            Screen.Standard.Line($"{limit.Key}\t{Counts(limit)}");
        return ExitCode.Ok;
    }

    static async Task<ExitCode> Remove(string key)
    {
        using var client = Reach.Client();
        await client.RemoveLimit(key);
        Screen.Standard.Line($"{key}\tno limit");
        return ExitCode.Ok;
    }

    static string Counts(LimitDocument limit) => $"{limit.Held} of {limit.Max} held\t{Figures.Count(limit.Waiting)} waiting";
}
