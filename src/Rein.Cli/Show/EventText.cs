using System.Globalization;
using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>A run's history in words.</summary>
static class EventText
{
    public static IEnumerable<string> Of(EventDocument change, DateTimeOffset begun) =>
        change.Lines.Select(Say).Concat((change.Progress ?? []).Select(Say)).Select(text => $"{Figures.Ms(change.At - begun),13}  {text}");

    static string Say(ProgressDocument progress) =>
        string.Create(CultureInfo.InvariantCulture, $"{progress.Step} is at{(progress.Fraction is { } fraction ? $" {100 * fraction:0.#} %" : "")}{Why(progress.Note)}");

    static string Say(EventLine line) => line.Kind switch
    {
        "created" => "accepted" + By(line),
        "admitted" => "admitted under its limit",
        "step_enabled" => $"{line.Step} is ready",
        "step_assigned" => $"{line.Step} → {line.Worker}{Try(line)}",
        "step_returned" => $"{line.Step} was handed back",
        "step_retrying" => $"{line.Step} will be tried again{Until(line)}{Why(line.Error)}",
        "step_ended" => $"{line.Step} {line.Outcome}{(line.Rung is { } rung ? $", {rung}" : "")}{Why(line.Error)}",
        "step_kept" => $"{line.Step} kept",
        "step_answered" => $"{line.Step} {line.Branch}{By(line)}{Why(line.Reason)}",
        "step_skipped" => $"{line.Step} skipped",
        "child_started" => $"{line.Step} started a run",
        "stop_requested" => $"asked to stop{By(line)}{Why(line.Reason)}",
        "stop_heard" => $"{line.Step} heard the stop",
        "stop_escalated" => "the server closed what nobody had reported",
        "cleaning_up" => $"cleaning up{Until(line)}",
        "paused" => $"paused{By(line)}{Why(line.Reason)}",
        "resumed" => $"resumed{By(line)}",
        "proved" => $"{line.Step} proved gone{(line.Rung is { } rung ? $", {rung}" : "")}",
        "ended" => $"{line.State}{(line.Cause is { } cause ? $" ({cause})" : "")}{Why(line.Error)}",
        _ => line.Kind,
    };

    static string By(EventLine line) => line.Actor is { Length: > 0 } actor ? $" by {actor}" : "";

    static string Try(EventLine line) => line.Try is > 1 ? $", try {line.Try}" : "";

    static string Until(EventLine line) => line.Until is { } until ? $" until {Figures.Moment(until)}" : "";

    static string Why(string? text) => text is { Length: > 0 } ? $": {text}" : "";
}
