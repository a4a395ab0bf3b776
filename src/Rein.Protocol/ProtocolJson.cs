using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Protocol.Remote;
using Rein.Protocol.Problems;
using Rein.Protocol.Receipts;
using Rein.Protocol.Workers;

namespace Rein.Protocol;

/// <summary>
/// How the API is spelt: camelCase, no nulls, times in RFC 3339 UTC with microseconds, durations in seconds. Closed sets are
/// lower snake case and stay strings, so that a client reads on when a newer server knows one word more.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SaveWorkflowRequest))]
[JsonSerializable(typeof(WorkflowDocument))]
[JsonSerializable(typeof(WorkflowList))]
[JsonSerializable(typeof(StartRunRequest))]
[JsonSerializable(typeof(StartRunsRequest))]
[JsonSerializable(typeof(StartRunsReply))]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunList))]
[JsonSerializable(typeof(StepList))]
[JsonSerializable(typeof(StopRunRequest))]
[JsonSerializable(typeof(StopReply))]
[JsonSerializable(typeof(ReceiptDocument))]
[JsonSerializable(typeof(PauseRunRequest))]
[JsonSerializable(typeof(RetryRunRequest))]
[JsonSerializable(typeof(SignalStepRequest))]
[JsonSerializable(typeof(AnswerApprovalRequest))]
[JsonSerializable(typeof(StepReply))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(EventList))]
[JsonSerializable(typeof(ProgressDocument))]
[JsonSerializable(typeof(LogDocument))]
[JsonSerializable(typeof(LogList))]
[JsonSerializable(typeof(ItemDocument))]
[JsonSerializable(typeof(ItemList))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(SavedExport))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(CreateOrganizationRequest))]
[JsonSerializable(typeof(OrganizationDocument))]
[JsonSerializable(typeof(OrganizationList))]
[JsonSerializable(typeof(CreateStopLinkRequest))]
[JsonSerializable(typeof(StopLinkDocument))]
[JsonSerializable(typeof(StopLinkList))]
[JsonSerializable(typeof(LinkedRunDocument))]
[JsonSerializable(typeof(PutSecretRequest))]
[JsonSerializable(typeof(SecretDocument))]
[JsonSerializable(typeof(SecretList))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(PutLimitRequest))]
[JsonSerializable(typeof(LimitDocument))]
[JsonSerializable(typeof(LimitList))]
[JsonSerializable(typeof(LimitRunList))]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(OpenSession))]
[JsonSerializable(typeof(SessionOpened))]
[JsonSerializable(typeof(ReportBatch))]
[JsonSerializable(typeof(ReportAnswerList))]
[JsonSerializable(typeof(BeatRequest))]
[JsonSerializable(typeof(BeatReply))]
[JsonSerializable(typeof(PutPoolRequest))]
[JsonSerializable(typeof(DrainRequest))]
[JsonSerializable(typeof(PoolDocument))]
[JsonSerializable(typeof(PoolList))]
[JsonSerializable(typeof(SealKeyList))]
[JsonSerializable(typeof(HealthDocument))]
public sealed partial class ProtocolJson : JsonSerializerContext;

/// <summary>Writes a time as <c>2026-01-31T12:00:00.123456Z</c>, whatever its offset was; reads any RFC 3339 time.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    const int ToTheMicrosecond = 26;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[40];
        value.UtcDateTime.TryFormat(text, out _, "O", null);
        text[ToTheMicrosecond] = (byte)'Z';
        writer.WriteStringValue(text[..(ToTheMicrosecond + 1)]);
    }
}
