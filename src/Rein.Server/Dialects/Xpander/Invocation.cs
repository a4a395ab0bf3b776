using System.Text.Json;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A start as it was sent: what is asked, and under which id.</summary>
/// <param name="Input">An object.</param>
/// <param name="Id">Null where the client has chosen none.</param>
/// <param name="Parent">The run that is to be above it.</param>
sealed record Invocation(JsonElement Input, Guid? Id, Guid? Parent, Asked Asked)
{
    public const int LongestWord = 200;
    public const int LongestText = 1 << 20;
    public const int MostFiles = 1000;
    public const int MostServers = 100;
    public const string Formats = "text markdown json voice";
    public const string Modes = "default harder";
    public const string Efforts = "low medium high xhigh";

    static readonly Dictionary<string, int> s_formats = Words(Formats);
    static readonly Dictionary<string, int> s_modes = Words(Modes);
    static readonly Dictionary<string, int> s_efforts = Words(Efforts);

    /// <summary>What is wrong stands in the fields' errors; then the value means nothing.</summary>
    public static Invocation Read(Fields fields, Settings settings)
    {
        var input = ReadInput(fields);
        var parent = ReadId(fields, "parent_execution_id");
        return new(input, ReadId(fields, "id"), parent, ReadAsked(fields, settings) with { UserId = UserOf(input), Parent = parent?.ToString() });
    }

    static Asked ReadAsked(Fields fields, Settings settings) => new()
    {
        PayloadExtension = ReadObject(fields, "payload_extension"),
        WorkerId = fields.Text("worker_id", LongestWord),
        RunLocally = fields.Flag("run_locally") is true,
        Source = fields.Text("source", LongestWord),
        OutputFormat = ReadWord(fields, "output_format", s_formats),
        OutputSchema = ReadObject(fields, "output_schema"),
        AdditionalContext = fields.Text("additional_context", LongestText),
        InstructionsOverride = fields.Text("instructions_override", LongestText),
        TestRunNodeId = fields.Text("test_run_node_id", LongestWord),
        ExpectedOutput = fields.Text("expected_output", LongestText),
        EventsStreaming = fields.Flag("events_streaming") is true,
        McpServers = fields.Any("mcp_servers") is null ? null : fields.List("mcp_servers", 0, MostServers),
        TriggeringAgentId = fields.Text("triggering_agent_id", LongestWord),
        Title = fields.Text("title", LongestText),
        ThinkMode = ReadWord(fields, "think_mode", s_modes),
        DisableAttachmentInjection = fields.Flag("disable_attachment_injection") is true,
        VoiceId = fields.Text("voice_id", LongestWord),
        ReturnMetrics = fields.Flag("return_metrics") is true,
        ModelProvider = fields.Text("llm_model_provider", LongestWord) ?? settings.ModelProvider,
        ModelName = fields.Text("llm_model_name", LongestWord) ?? settings.ModelName,
        ReasoningEffort = ReadEffort(fields) ?? settings.ReasoningEffort,
    };

    public static string? ReadEffort(Fields fields) => ReadWord(fields, "llm_reasoning_effort", s_efforts);

    /// <summary>It has a text or files: nobody can be asked nothing.</summary>
    static JsonElement ReadInput(Fields fields)
    {
        if (fields.Any("input") is not { } input)
        {
            fields.Missing("input", "an object with 'text', or 'files', and maybe 'user'");
            return default;
        }
        var inner = fields.Under("input", input);
        var text = inner.Text("text", LongestText);
        var files = inner.Any("files") is null ? [] : inner.Texts("files", 0, MostFiles, LongestText);
        ReadObject(inner, "user");
        if (string.IsNullOrEmpty(text) && files.Count == 0 && inner.Errors.Count == 0)
            inner.Missing("text", "either it or 'files' must say something");
        return input;
    }

    static string? UserOf(JsonElement input) =>
        input.ValueKind is JsonValueKind.Object && input.TryGetProperty("user", out var user) && user.ValueKind is JsonValueKind.Object
        && user.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String
            ? id.GetString()
            : null;

    static Guid? ReadId(Fields fields, string name)
    {
        if (fields.Text(name, LongestWord) is not { } text)
            return null;
        if (Ids.Read(text) is { } id)
            return id;
        fields.Refuse(name, "must be a UUID");
        return null;
    }

    public static JsonElement? ReadObject(Fields fields, string name)
    {
        if (fields.Any(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Object)
            return value;
        fields.Refuse(name, "must be an object");
        return null;
    }

    static string? ReadWord(Fields fields, string name, Dictionary<string, int> words) =>
        fields.Choice(name, words) is { } place ? words.Keys.ElementAt(place) : null;

    static Dictionary<string, int> Words(string words) => words.Split(' ').Index().ToDictionary(word => word.Item, word => word.Index, StringComparer.Ordinal);

    /// <summary>The input of the run: what the task's input says, and beside it what else a step may go by.</summary>
    public JsonElement ToRunInput()
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var member in Input.EnumerateObject())
                member.WriteTo(writer);
            foreach (var (name, value) in Beside())
                if (value is { } said && !Input.TryGetProperty(name, out _))
                {
                    writer.WritePropertyName(name);
                    said.WriteTo(writer);
                }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan);
    }

    IEnumerable<(string Name, JsonElement? Value)> Beside() =>
    [
        ("payload_extension", Asked.PayloadExtension),
        ("additional_context", Text(Asked.AdditionalContext)),
        ("instructions_override", Text(Asked.InstructionsOverride)),
        ("expected_output", Text(Asked.ExpectedOutput)),
        ("output_format", Text(Asked.OutputFormat)),
        ("output_schema", Asked.OutputSchema),
        ("think_mode", Text(Asked.ThinkMode)),
        ("llm_model_provider", Text(Asked.ModelProvider)),
        ("llm_model_name", Text(Asked.ModelName)),
        ("llm_reasoning_effort", Text(Asked.ReasoningEffort)),
    ];

    static JsonElement? Text(string? text) => text is null ? null : Texts.ToJson(text);
}
