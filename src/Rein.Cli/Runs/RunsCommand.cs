using System.CommandLine;
using Rein.Cli.Completion;
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
        var watch = new Option<bool>("--watch") { Description = "Goes on: shows the runs that live and the latest, until Ctrl-C." };
        var json = Output.Json();
        workflow.SuggestWorkflows();
        state.AcceptOnlyFromAmong("queued", "running", "waiting", "succeeded", "failed", "stopped");
        var command = new Command("runs", "Lists runs, newest first.") { state, workflow, label, stopping, limit, watch, json };
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
            return parsed.GetValue(watch) ? Watch(query, parsed.GetValue(json)) : List(query, parsed.GetValue(json));
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

    /// <summary>Ctrl-C ends the watching, and no run.</summary>
    static async Task<ExitCode> Watch(RunQuery query, bool json)
    {
        using var client = Reach.Client();
        using var presses = new CtrlC();
        using var leave = new CancellationTokenSource();
        var watching = new RunsWatch(client, query, json ? Json : Screen.Standard.IsLive ? Table() : Lines).Run(leave.Token);
        if (await Task.WhenAny(watching, presses.Next()) != watching)
            await leave.CancelAsync();
        await watching;
        return ExitCode.Ok;
    }

    static void Json(IReadOnlyList<RunDocument> all, IReadOnlyList<RunDocument> changed)
    {
        foreach (var run in changed)
            Output.Write(run, ProtocolJson.Default.RunDocument);
    }

    static void Lines(IReadOnlyList<RunDocument> all, IReadOnlyList<RunDocument> changed)
    {
        foreach (var run in changed)
            Screen.Standard.Line(string.Join('\t', Cells(run)));
    }

    static Action<IReadOnlyList<RunDocument>, IReadOnlyList<RunDocument>> Table()
    {
        var screen = Screen.Standard;
        var drawn = new Redrawn(Console.Out, screen.Width, () => screen.Height);
        return (all, _) => drawn.Draw([Aligned("RUN", "WORKFLOW", "STATE", "CREATED", "ITEMS", "LABELS"), .. all.Select(run => Aligned(Cells(run)))]);
    }

    static string Aligned(params string[] cells) => $"{cells[0],-37}{cells[1],-21}{cells[2],-21}{cells[3],-25}{cells[4],8}  {cells[5]}".TrimEnd();

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
        StateOf(run),
        Figures.Moment(run.CreatedAt),
        Figures.Count(run.Items),
        string.Join(' ', run.Labels.Select(label => $"{label.Key}={label.Value}")),
    ];

    /// <summary>As the list says it.</summary>
    public static string StateOf(RunDocument run) =>
        run.IsStopping ? "stopping" : run.IsPaused ? "paused" : run.IsBlocked ? WaitText.Short(run) : run.State;
}
