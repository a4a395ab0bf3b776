using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Rein.Cli.Access;
using Rein.Cli.Bench;
using Rein.Cli.Completion;
using Rein.Cli.Demo;
using Rein.Cli.Runs;
using Rein.Cli.Up;
using Rein.Cli.Workers;

namespace Rein.Cli;

/// <summary>The table of contents of the command line.</summary>
static class Commands
{
    /// <param name="foreign">What stood behind `--`; null where nothing did.</param>
    public static RootCommand Root(string[]? foreign)
    {
        var root = new RootCommand("Starts runs, lets you watch them, and stops them: any run, in any state, with a receipt that proves it.")
        {
            UpCommand.Build(),
            WorkerCommand.Build(),
            StartCommand.Build(foreign),
            WatchCommand.Build(),
            StopCommand.Build(),
            PauseCommands.BuildPause(),
            PauseCommands.BuildResume(),
            RetryCommand.Build(),
            AnswerCommands.BuildApprove(),
            AnswerCommands.BuildReject(),
            AnswerCommands.BuildSignal(),
            RunsCommand.Build(),
            ReceiptCommand.Build(),
            ItemsCommand.Build(),
            LogsCommand.Build(),
            ExportCommand.Build(),
            WorkflowsCommand.Build(),
            BackupCommand.Build(),
            BackupCommand.BuildRestore(),
            StopLinkCommand.Build(),
            KeysCommand.Build(),
            SecretsCommand.Build(),
            OrgsCommand.Build(),
            AuditCommand.Build(),
            LimitsCommand.Build(),
            PoolsCommand.Build(),
            SessionsCommand.Build(),
            DrainCommand.Build(),
            DemoCommand.Build(),
            BenchCommand.Build(),
            CompletionCommand.Build(),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((SynchronousCommandLineAction)help.Action!);
        return root;
    }

    sealed class HelpWithExitCodes(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = usual.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Environment:");
            output.WriteLine("  REIN_DATA  the data folder; the server's address and the key are found there");
            output.WriteLine("  REIN_URL   the server, where it is another one");
            output.WriteLine("  REIN_KEY   the API key, where it is another one");
            output.WriteLine("  REIN_COMPLETION_MS  how long a press of Tab waits for the server; usually 1000");
            output.WriteLine("  REIN_REHEARSAL  off: `up` rehearses no stop when it is ready, and the first one may wait for the compiler");
            output.WriteLine("  REIN_SECRET_KEY  what `up` seals secrets under, in the place of secret.key");
            output.WriteLine();
            output.WriteLine("Exit codes:");
            foreach (var (exit, means) in ExitCodes.All)
                output.WriteLine($"  {(int)exit,3}  {means}");
            return code;
        }
    }
}
