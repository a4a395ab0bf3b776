using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>A run that belongs to this terminal: the first Ctrl-C stops it, the second forces, the third leaves it to itself.</summary>
sealed class StartedRun(ReinClient client, Guid run, Screen screen, bool asJson)
{
    readonly Following following = new(client, run, screen, asJson) { Hint = "Ctrl-C stops it" };
    DateTimeOffset? sent;

    public static Option<bool> Watch() => new("--watch")
    {
        Description = "Shows the run until it has ended. Ctrl-C stops it, the second forces, the third leaves it to itself.",
    };

    /// <summary>Starts one, and shows it until it has ended or only says which it is.</summary>
    public static async Task<ExitCode> Follow(ReinClient client, Func<Task<RunDocument>> start, bool watch, bool asJson)
    {
        // From here on a press of Ctrl-C is for the run.
        using var presses = watch ? new CtrlC() : null;
        var run = await start();
        if (presses is null && asJson)
            Output.Write(run, ProtocolJson.Default.RunDocument);
        else if (!asJson)
            Screen.Standard.Line(run.Id.ToString());
        return presses is null ? ExitCode.Ok : await new StartedRun(client, run.Id, Screen.Standard, asJson).Follow(presses);
    }

    public async Task<ExitCode> Follow(CtrlC presses)
    {
        using var detach = new CancellationTokenSource();
        var followed = following.UntilGone(detach.Token);
        var press = presses.Next();
        while (await Task.WhenAny(followed, press) == press)
        {
            var answered = Take(await press, detach);
            press = presses.Next();
            // A server that does not answer keeps nobody from pressing again.
            if (await Task.WhenAny(answered, press) == answered)
                await answered;
        }
        return await followed is { } document ? await Conclude(document) : Leave();
    }

    Task Take(int press, CancellationTokenSource detach)
    {
        switch (press)
        {
            case 1:
                sent = TimeProvider.System.GetUtcNow();
                following.Hint = "Ctrl-C again forces";
                return client.Stop(run, new() { Reason = "Ctrl-C" });
            case 2:
                following.Hint = "Ctrl-C again leaves it";
                return client.Stop(run, new() { Reason = "Ctrl-C, twice", Force = true });
            default:
                return detach.CancelAsync();
        }
    }

    async Task<ExitCode> Conclude(RunDocument document)
    {
        if (asJson)
            Output.Write(document, ProtocolJson.Default.RunDocument);
        else if (document.Stop is not null && await client.ReadReceipt(run) is var receipt)
            foreach (var line in Waterfall.Of(receipt, sent < receipt.RequestedAt ? sent.Value : receipt.RequestedAt))
                screen.Line(line);
        else
            SayWhereToLook(document);
        return Output.CodeOf(document);
    }

    void SayWhereToLook(RunDocument document)
    {
        if (document.Items > 0)
            screen.Line($"{Figures.Count(document.Items, "item")}: rein items {run}");
        if (document.State is "failed")
            screen.Line($"What it said: rein logs {run}");
    }

    ExitCode Leave()
    {
        if (!asJson)
            screen.Line($"Left to itself. See what becomes of it: rein watch {run}");
        return ExitCode.NotProved;
    }
}
