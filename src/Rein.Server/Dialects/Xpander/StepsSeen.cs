using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Xpander;

/// <summary>What a task says of its steps: the last that was executed, the one that waits for somebody, and what the run came to.</summary>
sealed class StepsSeen(Run run)
{
    /// <summary>Results are in memory so many at a time.</summary>
    const int AtOnce = 50;

    readonly Run run = run;
    Step? last;
    Step? end;
    Step? asking;

    public static async Task<StepsSeen> Of(Run run, IRunReader reader, CancellationToken cancel)
    {
        var seen = new StepsSeen(run);
        foreach (var names in run.Definition.Nodes.Values.Where(node => node.Loop is null && node.Id != Definition.RootId).Select(node => node.Id).Chunk(AtOnce))
            foreach (var step in await reader.Steps(run.Id, names, cancel))
                seen.Add(step);
        return seen;
    }

    public StepsSeen Add(Step step)
    {
        if (!run.Definition.Nodes.TryGetValue(step.Id, out var node))
            return this;
        Tries = Math.Max(Tries, step.Attempt?.Try ?? 0);
        if (step.Attempt is { Outcome: not Outcome.NotStarted } attempt && (last is null || attempt.AssignedAt >= last.Attempt!.AssignedAt))
            last = step with { Result = null };
        if (step is { State: StepState.Succeeded, Result: not null } && node.Children.IsEmpty && (end is null || EndOf(step) >= EndOf(end)))
            end = step;
        if (step.State is StepState.Waiting && node.Kind is KindCatalog.Approval && !run.HasEnded && !run.IsStopping)
            asking ??= step;
        return this;
    }

    /// <summary>What no worker executes ends with what moved the run last, and that is not known to be earlier.</summary>
    DateTimeOffset EndOf(Step step) => step.Attempt?.EndedAt ?? run.ChangedAt;

    public int Tries { get; private set; } = 1;

    public string? LastNode => last?.Id;

    public string? Worker => last?.Attempt?.Session.ToString();

    public string? Asking => asking?.Id;

    /// <summary>Of the step that ends it, or that ended last of those that do; of one that failed, why. One that was stopped has come to nothing.</summary>
    public string? Result => run.State switch
    {
        RunState.Succeeded => Texts.Of(end?.Result),
        RunState.Failed => run.Error,
        _ => null,
    };

    /// <summary>What a result that is an object says that it took.</summary>
    public TokensDocument? Tokens =>
        Object is { } result && (Member(result, "tokens") ?? Member(result, "usage")) is { } tokens ? TokensOf(tokens) : null;

    public IReadOnlyList<string> Tools => Object is { } result && result.TryGetProperty("used_tools", out var tools) ? ToolsOf(tools) ?? [] : [];

    JsonElement? Object => end?.Result is { IsEmpty: false } json && StepViews.Readable(json) is { ValueKind: JsonValueKind.Object } result ? result : null;

    static JsonElement? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object ? value : null;

    /// <summary>Null for what is no such object.</summary>
    public static TokensDocument? TokensOf(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object || (Count(json, "completion_tokens"), Count(json, "prompt_tokens")) is not ({ } completion, { } prompt))
            return null;
        return new(completion, prompt, Count(json, "total_tokens") ?? completion + prompt);
    }

    static long? Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var count) && count is >= 0 and < long.MaxValue / 2 ? count : null;

    /// <summary>Null for what is no list of names.</summary>
    public static IReadOnlyList<string>? ToolsOf(JsonElement json) =>
        json.ValueKind is JsonValueKind.Array && json.EnumerateArray().All(tool => tool.ValueKind is JsonValueKind.String)
            ? [.. json.EnumerateArray().Select(tool => tool.GetString()!)]
            : null;
}
