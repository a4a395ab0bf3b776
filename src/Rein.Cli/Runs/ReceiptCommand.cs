using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class ReceiptCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestRuns(), Output.Json());
        run.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("receipt", "Shows the account of a run's stop and, while it is stopping, what it waits for.")
        {
            run, json, ReceiptFileCommands.Export(), ReceiptFileCommands.Verify(), ReceiptFileCommands.Keys(),
        };
        command.SetAction((parsed, _) => Guarded.Run(() => parsed.GetResult(run) is { Tokens.Count: > 0 }
            ? Show(parsed.GetValue(run), parsed.GetValue(json))
            : throw new CommandException(ExitCode.BadUsage, "Which run? `rein receipt RUN`; `rein runs` lists them.")));
        return command;
    }

    static async Task<ExitCode> Show(Guid run, bool json)
    {
        using var client = Reach.Client();
        var receipt = await client.ReadReceipt(run);
        if (json)
            Output.Write(receipt, ProtocolJson.Default.ReceiptDocument);
        else
            foreach (var line in Waterfall.Of(receipt, receipt.RequestedAt).Concat(ReceiptText.Of(receipt)))
                Screen.Standard.Line(line);
        return ExitCode.Ok;
    }
}
