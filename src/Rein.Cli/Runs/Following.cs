using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>Follows one run on the screen until it has ended and, where it was stopped, until that is proved.</summary>
sealed class Following(ReinClient client, Guid run, Screen screen, bool asJson)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>Stands behind the status, e.g. what Ctrl-C does.</summary>
    public string Hint { get; set; } = "";

    /// <param name="detach">Ends the following, not the run.</param>
    /// <returns>The run as it was at the end; null when it was left.</returns>
    public async Task<RunDocument?> UntilGone(CancellationToken detach)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(detach);
        var status = screen.IsLive && !asJson ? ShowStatus(ended.Token) : Task.CompletedTask;
        try
        {
            await ShowWait(detach);
            await ShowEvents(detach);
            return await Proved(detach);
        }
        catch (OperationCanceledException) when (detach.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await status;
            screen.Status("");
        }
    }

    /// <summary>Where no status line says it.</summary>
    async Task ShowWait(CancellationToken detach)
    {
        if (!asJson && !screen.IsLive && await client.ReadRun(run, cancel: detach) is { IsBlocked: true } blocked)
            screen.Line($"{"",13}  {WaitText.Long(blocked)}");
    }

    async Task ShowEvents(CancellationToken detach)
    {
        DateTimeOffset? begun = null;
        await foreach (var change in client.Watch(run, 0, detach))
        {
            begun ??= change.At;
            if (asJson)
                Output.Write(change, ProtocolJson.Default.EventDocument);
            else
                foreach (var line in EventText.Of(change, begun.Value))
                    screen.Line(line);
        }
    }

    /// <summary>A forced stop ends the run first and proves it afterwards.</summary>
    async Task<RunDocument> Proved(CancellationToken detach)
    {
        var document = await client.ReadRun(run, cancel: detach);
        while (document.Stop is { Unproved: > 0 })
        {
            if (!asJson && !screen.IsLive)
                screen.Line($"{"",13}  {Figures.Count(document.Stop.Unproved, "attempt")} not proved gone yet");
            document = await client.ReadRun(run, Look, document.Revision, detach);
        }
        return document;
    }

    async Task ShowStatus(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            do
                screen.Status(await Status(ended));
            while (await timer.WaitForNextTickAsync(ended));
        }
        catch (OperationCanceledException)
        {
            // It has ended, or was left.
        }
        catch (ReinException)
        {
            // The feed says so, if it lasts.
        }
    }

    async Task<string> Status(CancellationToken cancel)
    {
        var document = await client.ReadRun(run, cancel: cancel);
        var parts = new List<string> { document.IsStopping ? "stopping" : document.State };
        if (document.IsBlocked)
            parts.Add(WaitText.Long(document));
        parts.AddRange((document.Steps ?? []).Where(step => step is { Loop: not null, State: "waiting" }).Select(HowFar));
        if (document.Items > 0)
            parts.Add(Figures.Count(document.Items, "item"));
        // Before the long sentence, which a narrow terminal cuts: what the next press does has to be read before it.
        if (Hint.Length > 0 && (!document.HasEnded || document.Stop is { Unproved: > 0 }))
            parts.Add(Hint);
        if (document.Stop is { } stop && (document.IsStopping || stop.Unproved > 0))
            parts.Add((await client.ReadReceipt(run, cancel)).Progress?.Says ?? "");
        return string.Join(" · ", parts.Where(part => part.Length > 0));
    }

    static string HowFar(StepDocument step) =>
        $"{step.Id} {Figures.Count(step.Loop!.Done)} of {Figures.Count(step.Loop.Total)}{(step.Loop.Failed > 0 ? $" ({Figures.Count(step.Loop.Failed)} failed)" : "")}";
}
