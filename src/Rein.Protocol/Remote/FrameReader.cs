using System.Text.Json;
using Rein.Protocol.Workers;

namespace Rein.Protocol.Remote;

/// <summary>Reads what <see cref="FrameWriter"/> writes. What a newer server says beside it is passed over.</summary>
static class FrameReader
{
    /// <summary>What no timer here counts to, and no clock, is as long as the longest that it does. In milliseconds.</summary>
    const double LongestTimerMs = 4e9;
    const double LongestMs = 1e12;

    /// <summary>For frames among others: one that cannot be read must not keep the others from being taken.</summary>
    /// <returns>Null for what is no frame, and for one of a type that is not known here.</returns>
    public static CommandFrame? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (Exception broken) when (broken is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <returns>Null for a frame of a type that is not known here.</returns>
    /// <exception cref="JsonException">It is no frame, as <see cref="FormatException"/> and <see cref="InvalidOperationException"/> say where a value is of another kind.</exception>
    public static CommandFrame? Read(ReadOnlySpan<byte> json)
    {
        var fields = new FrameFields();
        var reader = new Utf8JsonReader(json);
        Begin(ref reader);
        while (Next(ref reader))
            Read(ref reader, json, ref fields);
        return fields.Type switch
        {
            "assign" => new AssignFrame
            {
                Attempt = fields.Attempt, Try = fields.Try, Kind = fields.Kind, Payload = fields.Payload, Secrets = fields.Secrets ?? [],
                TimeoutMs = fields.TimeoutMs, GraceMs = fields.GraceMs, DeadlineMs = fields.DeadlineMs, Checkpoint = fields.Checkpoint,
            },
            "stop" => new StopFrame(fields.Attempt, fields.KillInMs, fields.Origin, fields.Reason),
            "drain" => new DrainFrame { HandBackInMs = fields.HandBackInMs, IsOver = fields.IsOver },
            _ => null,
        };
    }

    static void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref FrameFields fields)
    {
        var name = reader.GetString();
        reader.Read();
        switch (name)
        {
            case "type": fields.Type = reader.GetString()!; break;
            case "attempt": fields.Attempt = ReadAttempt(ref reader); break;
            case "try": fields.Try = reader.GetInt32(); break;
            case "kind": fields.Kind = reader.GetString()!; break;
            case "payload": fields.Payload = ReadRaw(ref reader, json); break;
            case "secrets": fields.Secrets = ReadTexts(ref reader); break;
            case "timeoutMs": fields.TimeoutMs = ReadMs(ref reader, LongestTimerMs); break;
            case "deadlineMs": fields.DeadlineMs = ReadMs(ref reader); break;
            case "checkpoint": fields.Checkpoint = ReadRaw(ref reader, json); break;
            case "graceMs": fields.GraceMs = ReadMs(ref reader); break;
            case "killInMs": fields.KillInMs = ReadMs(ref reader); break;
            case "handBackInMs": fields.HandBackInMs = ReadMs(ref reader, LongestTimerMs); break;
            case "isOver": fields.IsOver = reader.GetBoolean(); break;
            case "origin": fields.Origin = reader.GetString()!; break;
            case "reason": fields.Reason = reader.GetString()!; break;
            default: reader.Skip(); break;
        }
    }

    static double ReadMs(ref Utf8JsonReader reader, double longest = LongestMs) => Math.Clamp(reader.GetDouble(), 0, longest);

    static AttemptRef ReadAttempt(ref Utf8JsonReader reader)
    {
        var (run, step, fence) = (Guid.Empty, "", 0L);
        if (reader.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("An attempt is an object.");
        while (Next(ref reader))
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "run": run = reader.GetGuid(); break;
                case "step": step = reader.GetString()!; break;
                case "fence": fence = reader.GetInt64(); break;
                default: reader.Skip(); break;
            }
        }
        return new(run, step, fence);
    }

    static byte[] ReadRaw(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed].ToArray();
    }

    static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType is JsonTokenType.String)
            texts.Add(reader.GetString()!);
        return texts;
    }

    static void Begin(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("A frame is an object.");
    }

    static bool Next(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType is JsonTokenType.PropertyName;

    struct FrameFields()
    {
        public string Type = "";
        public AttemptRef Attempt = new(Guid.Empty, "", 0);
        public int Try = 1;
        public string Kind = "";
        public ReadOnlyMemory<byte> Payload;
        public List<string>? Secrets;
        public double? TimeoutMs;
        public double? DeadlineMs;
        public ReadOnlyMemory<byte>? Checkpoint;
        public double GraceMs;
        public double KillInMs;
        public double? HandBackInMs;
        public bool IsOver;
        public string Origin = "";
        public string Reason = "";
    }
}
