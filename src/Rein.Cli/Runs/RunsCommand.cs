using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;
using Spectre.Console;

namespace Rein.Cli.Runs;

static class RunsCommand
{
    public static Command Build()
    {
        var state = new Option<string[]>("--state") { Description = "Only runs in this state; repeatable." };
        var workflow = new Option<string>("--workflow") { Description = "Only runs of this workflow.", HelpName = "NAME" };
        var label = new Option<string>("--label") { Description = "Only runs with this label.", HelpName = "KEY=VALUE" };
        var stopping = new Option<bool>("--stopping") { Description = "Only runs that are being stopped." };
        var limit = new Option<int?>("--limit") { Description = "How many, the newest first: 1 to 500. Default: 50.", HelpName = "N" };
        var json = Output.Json();
        state.AcceptOnlyFromAmong("queued", "running", "waiting", "succeeded", "failed", "stopped");
        var command = new Command("runs", "Lists runs, newest first.") { state, workflow, label, stopping, limit, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
        {
            var query = new RunQuery
            {
                States = parsed.GetValue(state) ?? [],
                Workflow = parsed.GetValue(workflow),
                Label = parsed.GetValue(label),
                Stopping = parsed.GetValue(stopping) ? true : null,
                Limit = parsed.GetValue(limit) ?? 50,
            };
            return List(query, parsed.GetValue(json));
        }));
        return command;
    }

    static async Task<ExitCode> List(RunQuery query, bool json)
    {
        using var client = Reach.Client();
        var page = await client.ListRuns(query);
        if (json)
            Output.Write(page, ProtocolJson.Default.RunList);
        else if (Screen.Standard.IsLive)
            ShowTable(page);
        else
            foreach (var run in page.Runs)
                Screen.Standard.Line(string.Join('\t', Cells(run)));
        return ExitCode.Ok;
    }

    static void ShowTable(RunList page)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("RUN", "WORKFLOW", "STATE", "CREATED", "ITEMS", "LABELS");
        foreach (var run in page.Runs)
            table.AddRow([.. Cells(run).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
        if (page.Cursor is not null)
            Screen.Standard.Line($"and older ones: rein runs --limit {Math.Min(500, page.Runs.Count * 2)}");
    }

    static string[] Cells(RunDocument run) =>
    [
        run.Id.ToString(),
        run.Workflow ?? "-",
        run.IsStopping ? "stopping" : run.IsPaused ? "paused" : run.IsBlocked ? WaitText.Short(run) : run.State,
        Figures.Moment(run.CreatedAt),
        Figures.Count(run.Items),
        string.Join(' ', run.Labels.Select(label => $"{label.Key}={label.Value}")),
    ];
}
