using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Rein.Worker.Processes;

/// <summary>
/// What a process reads from its channel. A write waits until there is room; once <see cref="Seal"/> was called, or nobody reads any more, it throws
/// <see cref="IOException"/>.
/// </summary>
sealed class PipeInput : Stream
{
    const int SetFlags = 4, NonBlocking = 0x800, WriteOnly = 1;

    readonly AnonymousPipeClientStream _pipe;
    readonly CancellationTokenSource _sealed = new();

    public PipeInput(int writeEnd)
    {
        _ = Libc.FCntl(writeEnd, SetFlags, NonBlocking | WriteOnly);
        _pipe = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(writeEnd, ownsHandle: true));
    }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Nobody is there who could read: whoever waits for room waits no longer. Returns at once.</summary>
    public void Seal() => _ = _sealed.CancelAsync();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_sealed.Token, cancellationToken);
        try
        {
            await _pipe.WriteAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The process is gone.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A process reads when it pleases: use WriteAsync.");

    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pipe.Dispose();
        base.Dispose(disposing);
    }
}
