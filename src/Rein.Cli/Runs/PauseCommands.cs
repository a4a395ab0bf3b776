using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>Whether anything new of a run begins: `pause` and `resume`. Doing either twice is no mistake.</summary>
static class PauseCommands
{
    public static Command BuildPause()
    {
        var (run, json) = (Output.Run().SuggestLiveRuns(), Output.Json());
        var reason = new Option<string>("--reason") { Description = "Why, for people.", HelpName = "TEXT" };
        var command = new Command("pause", "Begins nothing new of a run; what executes goes on.") { run, reason, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Say(parsed.GetValue(json), client => client.Pause(parsed.GetValue(run), parsed.GetValue(reason)))));
        return command;
    }

    public static Command BuildResume()
    {
        var (run, json) = (Output.Run().SuggestLiveRuns(), Output.Json());
        var command = new Command("resume", "Ends a pause of a run.") { run, json };
        command.SetAction((parsed, _) => Guarded.Run(() => Say(parsed.GetValue(json), client => client.Resume(parsed.GetValue(run)))));
        return command;
    }

    static async Task<ExitCode> Say(bool json, Func<ReinClient, Task<RunDocument>> ask)
    {
        using var client = Reach.Client();
        var run = await ask(client);
        if (json)
            Output.Write(run, ProtocolJson.Default.RunDocument);
        else
            Show.Screen.Standard.Line($"{(run.IsPaused ? "paused" : "not paused")}; the run is {run.State}");
        return ExitCode.Ok;
    }
}
