using System.CommandLine;
using System.Text.Json;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class ItemsCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestRuns(), Output.Json());
        var format = new Option<string>("--format") { Description = "Instead of lines for people.", HelpName = "ndjson|csv" };
        format.AcceptOnlyFromAmong("ndjson", "csv");
        var command = new Command("items", "Prints what a run has collected: a line each, texts as they are.") { run, format, json };
        command.Validators.Add(said =>
        {
            if (said.GetResult(format) is not null && said.GetValue(json))
                said.AddError("--format and --json say different things: give one of them.");
        });
        command.SetAction((parsed, _) => Guarded.Run(() => Print(parsed.GetValue(run), parsed.GetValue(format), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Print(Guid run, string? format, bool json)
    {
        using var client = Reach.Client();
        if (format is null)
            return await Print(client, run, json);
        await using var items = await (format is "csv" ? client.StreamItemsAsCsv(run) : client.StreamItems(run));
        await using var output = Console.OpenStandardOutput();
        await items.CopyToAsync(output);
        return ExitCode.Ok;
    }

    static async Task<ExitCode> Print(ReinClient client, Guid run, bool json)
    {
        string? cursor = null;
        do
        {
            var page = await client.ReadItems(run, cursor, 1000);
            foreach (var item in page.Items)
                if (json)
                    Output.Write(item, ProtocolJson.Default.ItemDocument);
                else
                    Screen.Standard.Line(item.Value.ValueKind is JsonValueKind.String ? item.Value.GetString()! : item.Value.GetRawText());
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }
}
