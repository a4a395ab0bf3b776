using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace Rein.Worker.Processes;

/// <summary>
/// What a process writes. It ends when every writer has closed, or, once <see cref="Seal"/> was called, with what is in the pipe:
/// somebody outside who still holds the write end keeps no reader waiting.
/// </summary>
sealed class PipeOutput : Stream
{
    const int SetFlags = 4, NonBlocking = 0x800;

    /// <summary>No pipe holds more; a writer that goes on writing is not followed.</summary>
    const int LargestPipe = 1 << 20;

    readonly AnonymousPipeClientStream _pipe;
    readonly CancellationTokenSource _sealed = new();
    int _stillToDrain = LargestPipe;

    public PipeOutput(int readEnd)
    {
        _ = Libc.FCntl(readEnd, SetFlags, NonBlocking);
        _pipe = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(readEnd, ownsHandle: true));
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on readers get what is there and then the end. Returns at once.</summary>
    public void Seal() => _ = _sealed.CancelAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_sealed.IsCancellationRequested) return Drain(buffer.Span);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_sealed.Token, cancellationToken);
        try
        {
            return await _pipe.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Drain(buffer.Span);
        }
    }

    unsafe int Drain(Span<byte> buffer)
    {
        var handle = _pipe.SafePipeHandle;
        var count = Math.Min(buffer.Length, _stillToDrain);
        var held = false;
        try
        {
            handle.DangerousAddRef(ref held);
            fixed (byte* bytes = buffer)
            {
                var read = (int)Math.Max(0, Libc.Read((int)handle.DangerousGetHandle(), bytes, count));
                _stillToDrain = read == 0 ? 0 : _stillToDrain - read;
                return read;
            }
        }
        finally
        {
            if (held) handle.DangerousRelease();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Reading a process blocks for as long as it pleases: use ReadAsync.");

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pipe.Dispose();
        base.Dispose(disposing);
    }
}
