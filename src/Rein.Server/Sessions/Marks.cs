using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Workers;

namespace Rein.Server.Sessions;

/// <summary>What an attempt says of where it is, as it is stored. A worker may say anything: what cannot be shown is left out.</summary>
static class Marks
{
    public static Append Of(ProgressReport report) => Mark(AppendKind.Progress, report.Attempt, report.Number, JsonSerializer.SerializeToUtf8Bytes(
        new ProgressDocument
        {
            Fraction = report.Fraction is { } fraction && double.IsFinite(fraction) ? Math.Clamp(fraction, 0, 1) : null,
            Note = report.Note is { Length: > ProgressReport.MaxNote } note ? note[..ProgressReport.MaxNote] : report.Note,
        },
        ProtocolJson.Default.ProgressDocument));

    public static Append Of(CheckpointReport report) => Mark(AppendKind.Checkpoint, report.Attempt, report.Number, WireJson.Mended(report.Value));

    static Append Mark(AppendKind kind, AttemptRef attempt, long number, ReadOnlyMemory<byte> json) =>
        new(kind, attempt.Run, attempt.Step, attempt.Fence, Math.Max(1, number), [json]);

    public static bool IsSound(CheckpointReport report) => report.Value.Length <= CheckpointReport.MaxBytes && Reports.IsJson(report.Value.Span);
}
