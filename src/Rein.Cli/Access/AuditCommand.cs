using System.CommandLine;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Access;

static class AuditCommand
{
    public static Command Build()
    {
        var action = new Option<string>("--action") { Description = "Only this, e.g. key_created or secret_set.", HelpName = "ACTION" };
        var actor = new Option<string>("--actor") { Description = "Only by this one, e.g. key:ops.", HelpName = "ACTOR" };
        var target = new Option<string>("--target") { Description = "Only of this, e.g. workflow:inventory.", HelpName = "TARGET" };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Only from this moment on.", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Only before this moment.", HelpName = "TIME" };
        var limit = new Option<int?>("--limit") { Description = "How many, the newest first: 1 to 500. Default: 100.", HelpName = "N" };
        var json = Output.Json();
        var command = new Command("audit", "Who did what, the newest first.") { action, actor, target, since, until, limit, json };
        command.SetAction((parsed, _) => Guarded.Run(() => List(
            new()
            {
                Action = parsed.GetValue(action),
                Actor = parsed.GetValue(actor),
                Target = parsed.GetValue(target),
                Since = parsed.GetValue(since),
                Until = parsed.GetValue(until),
                Limit = parsed.GetValue(limit) ?? 100,
            },
            parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> List(AuditFilter filter, bool json)
    {
        using var client = Reach.Client();
        var page = await client.ReadAudit(filter);
        if (json)
            Output.Write(page, ProtocolJson.Default.AuditList);
        else
            foreach (var entry in page.Entries)
                Screen.Standard.Line(string.Join('\t', Figures.Moment(entry.At), entry.Actor, entry.Action, entry.Target, entry.Detail));
        return ExitCode.Ok;
    }
}
