using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class StopCommand
{
    /// <summary>What a request without a grace of its own is given, unless the definition says otherwise.</summary>
    const double UsualGrace = 10;

    /// <summary>Kill, look again and report, on top of the grace.</summary>
    const double Proof = 5;

    const double LongestWait = 60;

    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestLiveRuns(), Output.Json());
        var reason = new Option<string>("--reason") { Description = "Why; kept in the receipt, and readable by the code that is stopped.", HelpName = "TEXT" };
        var grace = new Option<double?>("--grace") { Description = "Seconds until what has not ended by itself is killed. Default: the definition's, else 10.", HelpName = "S" };
        var fence = new Option<string>("--fence") { Description = "now: nothing counts from this commit on. Default: at_end." };
        var force = new Option<bool>("--force") { Description = "No grace, no clean-up: kill and fence now." };
        var wait = new Option<string>("--wait") { Description = "How long to wait for the proof that it is gone, at most 60s. Default: the grace and 5 s.", HelpName = "10s" };
        fence.AcceptOnlyFromAmong("at_end", "now");
        var command = new Command("stop", "Stops a run, in whatever state it is, and waits for the proof.") { run, reason, grace, fence, force, wait, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
        {
            var isForced = parsed.GetValue(force);
            var request = new StopRunRequest
            {
                Reason = parsed.GetValue(reason),
                GraceSeconds = parsed.GetValue(grace),
                Fence = parsed.GetValue(fence),
                Force = isForced ? true : null,
            };
            var usual = Proof + (isForced ? 0 : request.GraceSeconds ?? UsualGrace);
            var patience = parsed.GetValue(wait) is { } text ? Waits.Parse(text) : TimeSpan.FromSeconds(Math.Min(LongestWait, usual));
            return Stop(parsed.GetValue(run), request, patience, parsed.GetValue(json));
        }));
        return command;
    }

    static async Task<ExitCode> Stop(Guid run, StopRunRequest request, TimeSpan wait, bool json)
    {
        using var client = Reach.Client();
        var sent = TimeProvider.System.GetUtcNow();
        var reply = await client.Stop(run, request, wait);
        if (json)
            Output.Write(reply, ProtocolJson.Default.StopReply);
        else
            Show(reply, sent);
        return reply.IsGone ? ExitCode.Ok : ExitCode.NotProved;
    }

    static void Show(StopReply reply, DateTimeOffset sent)
    {
        var screen = Screen.Standard;
        screen.Line(reply.Answer);
        if (reply.Stop is not { } receipt)
        {
            screen.Line($"It has ended before: {reply.State}.");
            return;
        }
        // An earlier stop began at its own request, and so does one that another clock has timed.
        var zero = reply.Answer is "asked" or "stopped" && sent < receipt.RequestedAt ? sent : receipt.RequestedAt;
        foreach (var line in Waterfall.Of(receipt, zero))
            screen.Line(line);
    }
}
