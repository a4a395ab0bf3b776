using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rein.Core.Runs;

namespace Rein.Storage.Rows;

/// <summary>Writes JSON columns into one buffer that is used again: what a call returns is valid until the next. Owned by one connection.</summary>
sealed class JsonBuffer : IDisposable
{
    readonly ArrayBufferWriter<byte> buffer = new(1024);
    readonly Utf8JsonWriter writer;

    public JsonBuffer() => writer = new Utf8JsonWriter(buffer);

    public ReadOnlyMemory<byte> Lines(ImmutableArray<RunEvent> lines) => Write(lines, RowJson.Default.ImmutableArrayRunEvent);
    public ReadOnlyMemory<byte> Stop(StopRequest stop) => Write(stop, RowJson.Default.StopRequest);
    public ReadOnlyMemory<byte> Pause(PauseRequest pause) => Write(pause, RowJson.Default.PauseRequest);
    public ReadOnlyMemory<byte> Budget(Budget budget) => Write(budget, RowJson.Default.Budget);
    public ReadOnlyMemory<byte> Proof(Proof proof) => Write(proof, RowJson.Default.Proof);
    public ReadOnlyMemory<byte> Request(AnsweredStop request) => Write(request, RowJson.Default.AnsweredStop);
    public ReadOnlyMemory<byte> Receipt(ReceiptBody body) => Write(body, RowJson.Default.ReceiptBody);
    public ReadOnlyMemory<byte> Names(ImmutableArray<string> names) => Write(names, RowJson.Default.ImmutableArrayString);

    public void Dispose() => writer.Dispose();

    ReadOnlyMemory<byte> Write<T>(T value, JsonTypeInfo<T> type)
    {
        buffer.ResetWrittenCount();
        writer.Reset();
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
