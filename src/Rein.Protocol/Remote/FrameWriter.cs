using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>Writes frames as the wire has them: one JSON object on one line, with its <c>type</c>.</summary>
public static class FrameWriter
{
    static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A frame as one event of a stream.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="frame">What.</param>
    public static void WriteEvent(IBufferWriter<byte> output, CommandFrame frame)
    {
        output.Write("event: "u8);
        output.Write(TypeOf(frame));
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, s_options))
            Write(json, frame);
        output.Write("\n\n"u8);
    }

    /// <summary>A frame as a value within other JSON.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="frame">What.</param>
    public static void Write(Utf8JsonWriter json, CommandFrame frame)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, TypeOf(frame));
        if (frame is AssignFrame assign)
            WriteAssign(json, assign);
        else if (frame is StopFrame stop)
            WriteStop(json, stop);
        else if (frame is DrainFrame drain)
            WriteDrain(json, drain);
        json.WriteEndObject();
    }

    static ReadOnlySpan<byte> TypeOf(CommandFrame frame) => frame switch
    {
        AssignFrame => "assign"u8,
        StopFrame => "stop"u8,
        DrainFrame => "drain"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(frame)),
    };

    static void WriteAssign(Utf8JsonWriter json, AssignFrame assign)
    {
        json.WriteAttempt(assign.Attempt);
        json.WriteNumber("try"u8, assign.Try);
        json.WriteString("kind"u8, assign.Kind);
        json.WritePropertyName("payload"u8);
        json.WriteLine(assign.Payload.Span);
        if (assign.Secrets.Count > 0)
        {
            json.WriteStartArray("secrets"u8);
            foreach (var secret in assign.Secrets)
                json.WriteStringValue(secret);
            json.WriteEndArray();
        }
        if (assign.TimeoutMs is { } timeout)
            json.WriteNumber("timeoutMs"u8, timeout);
        if (assign.DeadlineMs is { } deadline)
            json.WriteNumber("deadlineMs"u8, deadline);
        if (assign.Checkpoint is { } checkpoint)
        {
            json.WritePropertyName("checkpoint"u8);
            json.WriteLine(checkpoint.Span);
        }
        json.WriteNumber("graceMs"u8, assign.GraceMs);
    }

    static void WriteStop(Utf8JsonWriter json, StopFrame stop)
    {
        json.WriteAttempt(stop.Attempt);
        json.WriteNumber("killInMs"u8, stop.KillInMs);
        json.WriteString("origin"u8, stop.Origin);
        json.WriteString("reason"u8, stop.Reason);
    }

    static void WriteDrain(Utf8JsonWriter json, DrainFrame drain)
    {
        if (drain.HandBackInMs is { } handBack)
            json.WriteNumber("handBackInMs"u8, handBack);
        if (drain.IsOver)
            json.WriteBoolean("isOver"u8, true);
    }

    internal static void WriteAttempt(this Utf8JsonWriter json, AttemptRef attempt)
    {
        json.WriteStartObject("attempt"u8);
        json.WriteString("run"u8, attempt.Run);
        json.WriteString("step"u8, attempt.Step);
        json.WriteNumber("fence"u8, attempt.Fence);
        json.WriteEndObject();
    }

    /// <summary>A value that somebody else wrote: as it is, but without the line breaks between its parts, which would end an event.</summary>
    static void WriteLine(this Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            json.WriteNullValue();
        else if (value.ContainsAny((byte)'\n', (byte)'\r'))
            JsonElement.Parse(WireJson.Mended(value.ToArray()).Span).WriteTo(json);
        else
            json.WriteRawValue(value, skipInputValidation: true);
    }
}
