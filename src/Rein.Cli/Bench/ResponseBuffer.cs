using System.Buffers.Text;

namespace Rein.Cli.Bench;

/// <summary>The bytes of one answer, and how much of it is there. Understands a length and chunks, and nothing else.</summary>
sealed class ResponseBuffer
{
    byte[] bytes = new byte[16 * 1024];
    int filled;
    int bodyStart;
    int bodyEnd;

    // While chunks come: where the next one begins.
    int next;

    public int Status { get; private set; }

    public bool IsComplete { get; private set; }

    public ReadOnlySpan<byte> Body => bytes.AsSpan(bodyStart, bodyEnd - bodyStart);

    public void Clear() => (filled, bodyStart, bodyEnd, next, IsComplete) = (0, 0, 0, 0, false);

    public Memory<byte> Room()
    {
        if (filled == bytes.Length)
            Array.Resize(ref bytes, bytes.Length * 2);
        return bytes.AsMemory(filled);
    }

    public void Took(int count)
    {
        filled += count;
        if (bodyStart == 0 && !ReadHead())
            return;
        if (next > 0)
            ReadChunks();
        else
            IsComplete = filled >= bodyEnd;
    }

    bool ReadHead()
    {
        var head = bytes.AsSpan(0, filled);
        var end = head.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        head = head[..end];
        if (!Utf8Parser.TryParse(head["HTTP/1.1 ".Length..], out int status, out _))
            throw new IOException("The answer is not HTTP/1.1.");
        (Status, bodyStart, bodyEnd) = (status, end + 4, end + 4);
        if (head.IndexOf("Content-Length: "u8) is >= 0 and var at && Utf8Parser.TryParse(head[(at + "Content-Length: ".Length)..], out int length, out _))
            bodyEnd += length;
        else if (head.IndexOf("chunked"u8) >= 0)
            next = bodyStart;
        return true;
    }

    /// <summary>Moves the chunks together, so that the body is one piece.</summary>
    void ReadChunks()
    {
        while (bytes.AsSpan(next, filled - next) is var rest && rest.IndexOf("\r\n"u8) is >= 0 and var lineEnd)
        {
            if (!Utf8Parser.TryParse(rest, out int size, out _, 'x'))
                throw new IOException("A chunk has no size.");
            var start = next + lineEnd + 2;
            if (filled < start + size + 2)
                return;
            IsComplete = size == 0;
            if (IsComplete)
                return;
            bytes.AsSpan(start, size).CopyTo(bytes.AsSpan(bodyEnd));
            bodyEnd += size;
            next = start + size + 2;
        }
    }
}
