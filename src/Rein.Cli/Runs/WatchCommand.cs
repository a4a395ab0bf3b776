using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class WatchCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestLiveRuns(), Output.Json());
        var command = new Command("watch", "Shows a run until it has ended. Ctrl-C ends the watching, not the run.") { run, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Watch(parsed.GetValue(run), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Watch(Guid run, bool json)
    {
        using var client = Reach.Client();
        using var presses = new CtrlC();
        using var detach = new CancellationTokenSource();
        var followed = new Following(client, run, Screen.Standard, json) { Hint = "Ctrl-C leaves it" }.UntilGone(detach.Token);
        if (await Task.WhenAny(followed, presses.Next()) != followed)
            await detach.CancelAsync();
        if (await followed is not { } document)
            return ExitCode.Ok;
        if (json)
            Output.Write(document, ProtocolJson.Default.RunDocument);
        return Output.CodeOf(document);
    }
}
