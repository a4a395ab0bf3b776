using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>How it is spelt: what is not there is null, times are whole seconds, and what they have as a float has a point.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(WholeSeconds), typeof(FourDecimals)])]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(ClientErrorDocument))]
[JsonSerializable(typeof(DetailDocument))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(PageDocument<RunDocument>))]
[JsonSerializable(typeof(StatsDocument))]
[JsonSerializable(typeof(CreditsDocument))]
[JsonSerializable(typeof(PageDocument<RunTaskDocument>))]
[JsonSerializable(typeof(DownloadDocument))]
[JsonSerializable(typeof(PageDocument<JsonElement>))]
[JsonSerializable(typeof(SquidDocument))]
[JsonSerializable(typeof(PageDocument<SquidDocument>))]
[JsonSerializable(typeof(SquidEmptied))]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(PageDocument<TaskDocument>))]
[JsonSerializable(typeof(TasksAdded))]
[JsonSerializable(typeof(TaskDeleted))]
[JsonSerializable(typeof(CrawlerDocument))]
[JsonSerializable(typeof(PageDocument<CrawlerDocument>))]
[JsonSerializable(typeof(UserDocument))]
[JsonSerializable(typeof(RunParams))]
[JsonSerializable(typeof(SquidParams))]
[JsonSerializable(typeof(SquidSettings))]
[JsonSerializable(typeof(EmptyParams))]
[JsonSerializable(typeof(TaskParams))]
sealed partial class LobstrJson : JsonSerializerContext;

static class LobstrWire
{
    /// <summary>The same, and letters of every script as they are.</summary>
    public static LobstrJson Json { get; } = new(new JsonSerializerOptions(LobstrJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>UTC, cut to the second: <c>2025-02-10T14:30:55Z</c>.</summary>
sealed class WholeSeconds : JsonConverter<DateTimeOffset>
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));
}

/// <summary>At most four decimals and one at least: <c>10.4498</c>, <c>0.0</c>.</summary>
sealed class FourDecimals : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.ToString("0.0###", CultureInfo.InvariantCulture), skipInputValidation: true);
}
