using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>Writes batches of reports as the wire has them: items and results as JSON within the JSON, log chunks as strings.</summary>
static class ReportWriter
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>As many reports as fit into one request: at least one.</summary>
    /// <returns>How many were written.</returns>
    public static int Write(IBufferWriter<byte> output, IReadOnlyList<Report> reports, int from, int mostBytes)
    {
        using var json = new Utf8JsonWriter(output, s_options);
        json.WriteStartObject();
        json.WriteStartArray("reports"u8);
        var count = 0;
        var (size, rows) = (0L, 0L);
        while (from + count < reports.Count)
        {
            var next = reports[from + count];
            if (count > 0 && (size + SizeOf(next) > mostBytes || rows + RowsOf(next) > ReportBatch.MaxRows))
                break;
            (size, rows) = (size + SizeOf(next), rows + RowsOf(next));
            Write(json, next);
            count++;
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return count;
    }

    static int RowsOf(Report report) => report switch
    {
        ItemsReport items => items.Rows.Count,
        LogsReport logs => logs.Rows.Count,
        _ => 0,
    };

    /// <summary>About: text may grow as it is escaped.</summary>
    static long SizeOf(Report report) => 300 + report switch
    {
        ItemsReport items => items.Rows.Sum(row => (long)row.Length),
        LogsReport logs => logs.Rows.Sum(row => 2L * row.Length),
        CheckpointReport checkpoint => checkpoint.Value.Length,
        EndedReport ended => (ended.Result?.Length ?? 0) + 2L * (ended.Error?.Length ?? 0),
        _ => 0,
    };

    static void Write(Utf8JsonWriter json, Report report)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, TypeOf(report));
        json.WriteAttempt(report.Attempt);
        switch (report)
        {
            case ItemsReport items: WriteItems(json, items); break;
            case LogsReport logs: WriteLogs(json, logs); break;
            case UsageReport usage: json.WriteNumber("microCredits"u8, usage.MicroCredits); break;
            case ProgressReport progress: WriteProgress(json, progress); break;
            case CheckpointReport checkpoint: WriteCheckpoint(json, checkpoint); break;
            case HeardReport heard: json.WriteNumber("agoMs"u8, heard.AgoMs); break;
            case EndedReport ended: WriteEnded(json, ended); break;
            case ReturnedReport returned: WriteProof(json, returned.Proof); break;
            case ProveReport prove: WriteProof(json, prove.Proof); break;
        }
        json.WriteEndObject();
    }

    static ReadOnlySpan<byte> TypeOf(Report report) => report switch
    {
        ItemsReport => "items"u8,
        LogsReport => "logs"u8,
        UsageReport => "usage"u8,
        ProgressReport => "progress"u8,
        CheckpointReport => "checkpoint"u8,
        HeardReport => "heard"u8,
        EndedReport => "ended"u8,
        ReturnedReport => "returned"u8,
        ProveReport => "prove"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    static void WriteItems(Utf8JsonWriter json, ItemsReport items)
    {
        json.WriteNumber("firstSeq"u8, items.FirstSeq);
        json.WriteStartArray("rows"u8);
        foreach (var row in items.Rows)
            json.WriteRawValue(row.Span, skipInputValidation: true);
        json.WriteEndArray();
    }

    static void WriteLogs(Utf8JsonWriter json, LogsReport logs)
    {
        json.WriteNumber("firstSeq"u8, logs.FirstSeq);
        json.WriteStartArray("rows"u8);
        foreach (var row in logs.Rows)
            json.WriteStringValue(row.Span);
        json.WriteEndArray();
    }

    static void WriteProgress(Utf8JsonWriter json, ProgressReport progress)
    {
        json.WriteNumber("number"u8, progress.Number);
        if (progress.Fraction is { } fraction && double.IsFinite(fraction))
            json.WriteNumber("fraction"u8, fraction);
        if (progress.Note is { } note)
            json.WriteString("note"u8, Cut(note));
    }

    /// <summary>A note that is too long would have its whole batch refused. Characters that are two are not parted.</summary>
    static ReadOnlySpan<char> Cut(string note) =>
        note.Length <= ProgressReport.MaxNote ? note : note.AsSpan(0, char.IsHighSurrogate(note[ProgressReport.MaxNote - 1]) ? ProgressReport.MaxNote - 1 : ProgressReport.MaxNote);

    static void WriteCheckpoint(Utf8JsonWriter json, CheckpointReport checkpoint)
    {
        json.WriteNumber("number"u8, checkpoint.Number);
        json.WritePropertyName("value"u8);
        json.WriteRawValue(checkpoint.Value.Span, skipInputValidation: true);
    }

    static void WriteEnded(Utf8JsonWriter json, EndedReport ended)
    {
        json.WriteString("outcome"u8, WordOf(ended.Outcome));
        WriteProof(json, ended.Proof);
        if (ended.Result is { Length: > 0 } result)
        {
            json.WritePropertyName("result"u8);
            json.WriteRawValue(result.Span, skipInputValidation: true);
        }
        if (ended.Error is { } error)
            json.WriteString("error"u8, error);
        if (ended.BeganAgoMs is { } began)
            json.WriteNumber("beganAgoMs"u8, began);
    }

    static ReadOnlySpan<byte> WordOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => "succeeded"u8,
        AttemptOutcome.TimedOut => "timed_out"u8,
        AttemptOutcome.Stopped => "stopped"u8,
        AttemptOutcome.NotStarted => "not_started"u8,
        _ => "failed"u8,
    };

    static void WriteProof(Utf8JsonWriter json, AttemptProof proof)
    {
        if (proof == AttemptProof.Clean)
            return;
        json.WriteStartObject("proof"u8);
        if (proof.Rung is { } rung)
            json.WriteString("rung"u8, rung switch { Rung.Asked => "asked"u8, Rung.Terminated => "terminated"u8, _ => "killed"u8 });
        if (proof.ExitCode is { } code)
            json.WriteNumber("exitCode"u8, code);
        if (proof.Containment is not Containment.None)
            json.WriteString("containment"u8, proof.Containment is Containment.Cgroup ? "cgroup"u8 : "tree"u8);
        if (proof.Residuals.Count > 0)
        {
            json.WriteStartArray("residuals"u8);
            foreach (var left in proof.Residuals)
                Write(json, left);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Residual left)
    {
        json.WriteStartObject();
        json.WriteString("kind"u8, left.Kind);
        json.WriteString("id"u8, left.Id);
        json.WriteString("why"u8, left.Why);
        json.WriteEndObject();
    }
}
