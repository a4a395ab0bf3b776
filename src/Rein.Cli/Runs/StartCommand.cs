using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class StartCommand
{
    /// <param name="foreign">The command that stood behind `--`; null where nothing did.</param>
    public static Command Build(string[]? foreign)
    {
        var command = new Command(
            "start",
            "Starts a run: of a saved workflow, of a definition in a file, or of a command: rein start -- CMD ARGS…");
        var arguments = new StartArguments(command, foreign);
        var watch = new Option<bool>("--watch")
        {
            Description = "Shows the run until it has ended. Ctrl-C stops it, the second forces, the third leaves it to itself.",
        };
        var json = Output.Json();
        command.Add(watch);
        command.Add(json);
        command.SetAction((parsed, _) => Guarded.Run(() => Start(arguments, parsed, parsed.GetValue(watch), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Start(StartArguments arguments, ParseResult parsed, bool watch, bool json)
    {
        var (workflow, request) = arguments.Read(parsed);
        using var client = Reach.Client();
        using var presses = watch ? new CtrlC() : null;
        var run = workflow is null ? await client.StartInline(request) : await client.Start(workflow, request);
        if (presses is null)
        {
            if (json)
                Output.Write(run, ProtocolJson.Default.RunDocument);
            else
                Screen.Standard.Line(run.Id.ToString());
            return ExitCode.Ok;
        }
        if (!json)
            Screen.Standard.Line(run.Id.ToString());
        return await new StartedRun(client, run.Id, Screen.Standard, json).Follow(presses);
    }
}
