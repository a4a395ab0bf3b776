using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class WorkflowsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("workflows", "Lists the saved workflows, or saves one.") { json, Save() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Command Save()
    {
        var name = new Argument<string>("name") { Description = "1 to 100 letters, digits, dots, dashes and underscores.", HelpName = "NAME" };
        var file = new Argument<string>("file") { Description = "The definition, JSON.", HelpName = "FILE" };
        var most = new Option<int?>("--max-running") { Description = "How many of its runs may be admitted at once.", HelpName = "N" };
        var json = Output.Json();
        name.SuggestWorkflows();
        var command = new Command("save", "Saves a definition: a new version, or the latest one again where nothing differs.") { name, file, most, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
            Save(parsed.GetRequiredValue(name), parsed.GetRequiredValue(file), parsed.GetValue(most), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Save(string name, string file, int? most, bool json)
    {
        var definition = StartArguments.ReadFile(file);
        using var client = Reach.Client();
        var saved = await client.SaveWorkflow(name, definition, most);
        if (json)
            Output.Write(saved, ProtocolJson.Default.WorkflowDocument);
        else
            Screen.Standard.Line($"{saved.Name} version {saved.Version}");
        foreach (var warning in saved.Warnings ?? [])
            await Console.Error.WriteLineAsync($"{warning.Path}: {warning.Message}");
        return ExitCode.Ok;
    }

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        string? cursor = null;
        do
        {
            var page = await client.ListWorkflows(cursor, 500);
            foreach (var workflow in page.Workflows)
                if (json)
                    Output.Write(workflow, ProtocolJson.Default.WorkflowDocument);
                else
                    Screen.Standard.Line($"{workflow.Name}\tversion {workflow.Version}\t{Figures.Moment(workflow.SavedAt)}");
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }
}
