using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Runs;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.B3os;

/// <summary>The nodes of a run as far as they have come: of each that has a step, and `root`. What has ended keeps what it came to, however the run ended.</summary>
sealed class ExecutionState(Run run, IReadOnlyDictionary<string, Step> steps, JsonElement input, History history)
{
    readonly Run run = run;
    readonly IReadOnlyDictionary<string, Step> steps = steps;
    readonly JsonElement input = input;
    readonly Dictionary<string, JsonElement?> results = new(StringComparer.Ordinal);

    /// <summary>What inputs may still come to; behind that, nodes are told without theirs.</summary>
    long left = StepsRead.Most;

    /// <summary>Iterations of a loop that are shown.</summary>
    public const int MostIterations = 100;

    public IReadOnlyDictionary<string, NodeDocument> Of(IEnumerable<string> nodes)
    {
        var state = new SortedDictionary<string, NodeDocument>(StringComparer.Ordinal);
        foreach (var node in nodes)
            if (node == Definition.RootId)
                state[node] = Root();
            else if (steps.TryGetValue(node, out var step))
                state[node] = Of(step, run.Definition.Nodes[node]);
        return state;
    }

    /// <summary>Its result is the input of the run. It has happened where the run has begun to be decided: one that waits for room has not come to it.</summary>
    NodeDocument Root()
    {
        var isAhead = run.IsBlocked;
        return new()
        {
            Type = KindCatalog.Manual,
            Status = !isAhead ? Statuses.Success : run.HasEnded ? Statuses.Cancelled : "pending",
            Input = Definitions.Nothing,
            Result = isAhead ? null : input,
            StartedAt = isAhead ? null : run.CreatedAt,
            FinishedAt = isAhead ? null : run.CreatedAt,
        };
    }

    NodeDocument Of(Step step, Node node)
    {
        var times = history.Nodes.GetValueOrDefault(step.Id);
        var began = step.Attempt?.AssignedAt ?? (step.State is StepState.Pending or StepState.Ready ? null : times.Began);
        return new()
        {
            Type = node.Kind,
            Status = Statuses.Of(step.State),
            Input = began is null || step.State is StepState.Skipped ? null : InputOf(step, node),
            Result = ResultOf(step),
            StartedAt = began,
            FinishedAt = step.IsOpen ? null : step.Attempt?.EndedAt ?? times.Ended ?? run.EndedAt,
            Iterations = node.IsLoop && !StepId.IsIndexed(step.Id) ? Iterations(node) : null,
        };
    }

    List<IReadOnlyDictionary<string, NodeDocument>> Iterations(Node loop)
    {
        var body = run.Definition.Nodes.Values.Where(node => node.Loop == loop.Id).ToList();
        var all = new List<IReadOnlyDictionary<string, NodeDocument>>();
        for (var index = 0; index < MostIterations && steps.ContainsKey(StepId.Of(loop.Id, index)); index++)
        {
            var nodes = new SortedDictionary<string, NodeDocument>(StringComparer.Ordinal);
            foreach (var node in body)
                if (steps.TryGetValue(StepId.Of(node.Id, index), out var step))
                    nodes[node.Id] = Of(step, node);
            all.Add(nodes);
        }
        return all;
    }

    JsonElement? InputOf(Step step, Node node)
    {
        if (left <= 0)
            return null;
        var resolved = node.ResolvePayload(new Scope(this, StepId.Parse(step.Id)));
        if (resolved.Fault is not null)
            return node.Payload;
        left -= resolved.Value.Length;
        return left < 0 ? null : JsonElement.Parse(resolved.Value.Span);
    }

    JsonElement? ResultOf(Step step)
    {
        if (Parsed(step) is { } result)
            return result;
        if (step.Error is not { } error)
            return null;
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            writer.WriteString("error", error);
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan);
    }

    /// <summary>Once, however many expressions read it. A result that cannot be read keeps nobody from reading the run.</summary>
    JsonElement? Parsed(Step step)
    {
        if (!results.TryGetValue(step.Id, out var result))
            results[step.Id] = result = step.Result is { IsEmpty: false } json ? StepViews.Readable(json) : null;
        return result;
    }

    /// <summary>What the payload saw, but for secrets: those are not told again.</summary>
    sealed class Scope(ExecutionState state, StepId at) : IScope
    {
        public JsonElement Input => state.input;

        public Guid Run => state.run.Id;

        public JsonElement? ResultOf(string node) =>
            node == Definition.RootId ? state.input : Find(state.run.Definition.Nodes.TryGetValue(node, out var found) && found.Loop is not null ? StepId.Of(node, at.Index) : node);

        public string Secret(string name) => "***";

        public JsonElement? Item => state.run.Definition.Nodes.TryGetValue(at.Node, out var node) && node.Loop is { } loop ? Find(StepId.Of(loop, at.Index)) : null;

        public int? Index => at.Index;

        JsonElement? Find(string step) =>
            state.steps.TryGetValue(step, out var read) ? state.Parsed(read) : null;
    }
}
