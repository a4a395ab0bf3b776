using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Rein.Steps.Scripts;

/// <summary>One thing that an interpreter says.</summary>
/// <param name="Kind"><c>b</c>: it has begun and waits for its script · <c>i</c>: an item · <c>r</c>: the result · <c>e</c>: an error.</param>
sealed record Frame(char Kind, ReadOnlyMemory<byte> Body);

/// <summary>
/// Reads what an interpreter says: the length of the body in four bytes, the highest first, a letter, and the body. It has this way for itself, so nothing that
/// a script prints can be taken for it.
/// </summary>
sealed class Frames(Stream stream) : IAsyncDisposable
{
    const int Head = 5;
    const int MostBody = 2 << 20;

    readonly PipeReader reader = PipeReader.Create(stream, new(bufferSize: 64 * 1024, leaveOpen: true));

    /// <summary>Null at the end, and where what comes is no frame.</summary>
    public async ValueTask<Frame?> Next()
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (Take(read.Buffer) is { } frame)
            {
                reader.AdvanceTo(read.Buffer.GetPosition(Head + frame.Body.Length));
                return frame;
            }
            if (read.IsCompleted || IsTooLong(read.Buffer))
                return null;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    static Frame? Take(ReadOnlySequence<byte> buffer) =>
        Length(buffer) is { } length && buffer.Length >= Head + (long)length
            ? new((char)buffer.Slice(Head - 1, 1).FirstSpan[0], buffer.Slice(Head, length).ToArray())
            : null;

    static bool IsTooLong(ReadOnlySequence<byte> buffer) => Length(buffer) > MostBody;

    static uint? Length(ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < Head)
            return null;
        Span<byte> length = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(length);
        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }

    public ValueTask DisposeAsync() => reader.CompleteAsync();
}
