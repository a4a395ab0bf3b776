using System.CommandLine;
using Rein.Cli.Completion;

namespace Rein.Cli.Runs;

static class RetryCommand
{
    public static Command Build()
    {
        var run = Output.Run().SuggestRuns();
        var from = new Option<string>("--from")
        {
            Description = "failure: what succeeded is kept, the rest is done. checkpoint: the same, and steps go on from what they saved. start: all is done again.",
            DefaultValueFactory = _ => "failure",
        };
        from.AcceptOnlyFromAmong("failure", "checkpoint", "start");
        var (watch, json) = (StartedRun.Watch(), Output.Json());
        var command = new Command("retry", "Starts a run that repeats one that has ended; that one stays as it is.") { run, from, watch, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            return await StartedRun.Follow(client, () => client.Retry(parsed.GetValue(run), parsed.GetValue(from)), parsed.GetValue(watch), parsed.GetValue(json));
        }));
        return command;
    }
}
