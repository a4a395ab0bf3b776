using System.Diagnostics;
using System.Globalization;
using Rein.Server.Commits;

namespace Rein.Cli.Up;

/// <summary>
/// For trials only: REIN_TRIAL_CRASH=before|after:start|claim|stop|ended|items|duties:N ends this process, as `kill -9` would, before or
/// after the N-th commit of that kind. A trial then starts it again on the same data, and looks at what survived.
/// </summary>
sealed class TrialCrash(CommitKinds kind, bool afterCommit, int number)
{
    const string Variable = "REIN_TRIAL_CRASH";

    int seen;

    public static CommitProbe? FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } text)
            return null;
        if (text.Split(':') is ["before" or "after", var kind, var number]
            && Enum.TryParse<CommitKinds>(kind, ignoreCase: true, out var kinds) && kinds is not CommitKinds.None
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0)
            return new TrialCrash(kinds, text.StartsWith("after", StringComparison.Ordinal), n).Probe;
        throw new CommandException(ExitCode.BadUsage, $"{Variable}={text} is not before|after:start|claim|stop|ended|items|duties:NUMBER.");
    }

    void Probe(CommitKinds kinds, bool isCommitted)
    {
        if (isCommitted != afterCommit || (kinds & kind) is CommitKinds.None || Interlocked.Increment(ref seen) != number)
            return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may need a moment; nothing more is committed until then.
        Thread.CurrentThread.Join();
    }
}
