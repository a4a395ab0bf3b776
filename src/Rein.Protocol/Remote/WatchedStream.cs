namespace Rein.Protocol.Remote;

/// <summary>A stream that is closed when it has said nothing for too long: a reader that waits in it is woken by that.</summary>
sealed class WatchedStream : Stream
{
    readonly Stream inner;
    readonly ITimer timer;
    readonly TimeSpan quiet;
    readonly TimeProvider time;
    long heard;

    public WatchedStream(Stream inner, TimeSpan quiet, TimeProvider time)
    {
        (this.inner, this.quiet, this.time, heard) = (inner, quiet, time, time.GetTimestamp());
        timer = time.CreateTimer(_ => Look(), null, quiet / 2, quiet / 2);
    }

    void Look()
    {
        if (time.GetElapsedTime(Volatile.Read(ref heard)) > quiet)
            inner.Dispose();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Volatile.Write(ref heard, time.GetTimestamp());
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            timer.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
