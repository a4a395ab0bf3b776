using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Workers;

namespace Rein.Server.Api.Views;

/// <summary>Steps and their attempts as the API shows them.</summary>
static class StepViews
{
    public static StepDocument ToDocument(this Step step, StepNotes notes)
    {
        var document = step.ToDocument() with { WaitsFor = notes.Waits.GetValueOrDefault(step.Id), Loop = LoopOf(step, notes.Definition) };
        return notes.ProgressOf(step) is { } said ? document with { Attempt = document.Attempt! with { Progress = said.ToDocument() } } : document;
    }

    /// <summary>As it was appended, with its time.</summary>
    public static ProgressDocument ToDocument(this ProgressRow row) =>
        JsonSerializer.Deserialize(row.Json.Span, ProtocolJson.Default.ProgressDocument)! with { At = row.At };

    public static StepDocument ToDocument(this Step step) => new()
    {
        Id = step.Id,
        State = Names.Of(step.State),
        Tries = step.Tries,
        DueAt = step.DueAt,
        ChildRunId = step.Child,
        Error = step.Error,
        Result = step.Result is { IsEmpty: false } result ? Readable(result) : null,
        Attempt = step.Attempt?.ToDocument(step.Id),
    };

    /// <summary>
    /// Null where it is no JSON, or nested deeper than a document around it can be: a run can be read whatever one of its steps has come to. What was
    /// written before halves of characters were mended at the door is mended here.
    /// </summary>
    public static JsonElement? Readable(ReadOnlyMemory<byte> result)
    {
        try
        {
            return JsonElement.Parse(WireJson.Mended(result).Span, new JsonDocumentOptions { MaxDepth = WireJson.MaxDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for a step that is no loop.</summary>
    public static LoopDocument? LoopOf(Step step, Definition definition) =>
        definition.Nodes.TryGetValue(step.Id, out var node) && node.IsLoop && LoopState.Of(step.Result) is { } state
            ? new() { Total = state.Total, Begun = state.Begun, Done = state.Done, Failed = state.Failed }
            : null;

    public static AttemptDocument ToDocument(this Attempt attempt, string step) => new()
    {
        Step = step,
        Try = attempt.Try,
        Worker = attempt.Worker,
        Session = attempt.Session,
        Fence = attempt.Fence,
        AssignedAt = attempt.AssignedAt,
        EndedAt = attempt.EndedAt,
        Outcome = Names.Of(attempt.Outcome),
        IsProved = !attempt.IsOpen && attempt.IsProved,
        Rung = Names.Of(attempt.Proof?.Rung),
        ExitCode = attempt.Proof?.ExitCode,
        Containment = attempt.Proof?.Containment,
        Residuals = attempt.Residuals(),
        Items = attempt.Items,
        Reported = attempt.Reported > 0 ? Credit.ToDecimal(attempt.Reported) : null,
        Credits = attempt is { EndedAt: { } end, Outcome: not Outcome.NotStarted } ? Credit.ToDecimal(attempt.Cost(end)) : null,
    };

    public static IReadOnlyList<ResidualDocument>? Residuals(this Attempt attempt) =>
        attempt.Proof is { } proof ? [.. proof.Residuals.Select(left => new ResidualDocument { Kind = left.Kind, Id = left.Id, Why = left.Why })] : null;
}
