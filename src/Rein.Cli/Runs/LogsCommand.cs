using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class LogsCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestRuns(), Output.Json());
        var command = new Command("logs", "Prints what a run has said so far: the output of its processes, and what its log steps wrote.") { run, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Print(parsed.GetValue(run), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Print(Guid run, bool json)
    {
        using var client = Reach.Client();
        if (json)
            return await PrintPages(client, run);
        // Byte for byte: what a program wrote need not be text.
        await using var log = await client.StreamLog(run);
        await using var output = Console.OpenStandardOutput();
        await log.CopyToAsync(output);
        return ExitCode.Ok;
    }

    static async Task<ExitCode> PrintPages(ReinClient client, Guid run)
    {
        string? cursor = null;
        do
        {
            var page = await client.ReadLogs(run, cursor, 1000);
            foreach (var chunk in page.Logs)
                Output.Write(chunk, ProtocolJson.Default.LogDocument);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }
}
