using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class ItemsCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run(), Output.Json());
        var command = new Command("items", "Prints what a run has collected: a line each, texts as they are.") { run, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Print(parsed.GetValue(run), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Print(Guid run, bool json)
    {
        using var client = Reach.Client();
        string? cursor = null;
        do
        {
            var page = await client.ReadItems(run, cursor, 1000);
            foreach (var item in page.Items)
                if (json)
                    Output.Write(item, ProtocolJson.Default.ItemDocument);
                else
                    Screen.Standard.Line(item.Value.ValueKind is System.Text.Json.JsonValueKind.String ? item.Value.GetString()! : item.Value.GetRawText());
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }
}
