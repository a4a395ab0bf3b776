using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class SessionsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("sessions", "Lists the workers that are connected, and what they hold.") { json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            foreach (var session in (await client.ListSessions()).Sessions)
                Tell(session, parsed.GetValue(json));
            return ExitCode.Ok;
        }));
        return command;
    }

    public static void Tell(SessionDocument session, bool json)
    {
        if (json)
            Output.Write(session, ProtocolJson.Default.SessionDocument);
        else
            Screen.Standard.Line(PoolText.Line(session));
    }
}
