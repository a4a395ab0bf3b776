namespace Rein.Worker.Processes;

/// <summary>The three standard streams of a child to be: what it gets, and the two ends that we read.</summary>
sealed unsafe class ChildStreams : IDisposable
{
    readonly Pipe _output, _error;

    public ChildStreams(ReadOnlySpan<byte> stdin)
    {
        Stdin = Stored(stdin);
        try
        {
            _output = Pipe.Open();
            try
            {
                _error = Pipe.Open();
            }
            catch
            {
                _output.Close();
                throw;
            }
        }
        catch
        {
            _ = Libc.Close(Stdin);
            throw;
        }
    }

    public int Stdin { get; }

    public int Stdout => _output.WriteEnd;

    public int Stderr => _error.WriteEnd;

    public (PipeOutput Output, PipeOutput Error) Read() => (new PipeOutput(_output.ReadEnd), new PipeOutput(_error.ReadEnd));

    /// <summary>A file in memory rather than a pipe: a child that never reads blocks nobody, and nobody has to feed it.</summary>
    static int Stored(ReadOnlySpan<byte> stdin)
    {
        const int readOnlyCloseOnExec = 0x80000, closeOnExec = 1;
        int fd;
        if (stdin.IsEmpty)
            fixed (byte* path = "/dev/null\0"u8) fd = Libc.Open(path, readOnlyCloseOnExec);
        else
            fd = Libc.MemFd("rein-stdin", closeOnExec);

        fd = Pipe.OutOfTheWay(fd);
        if (fd < 0) throw new OutOfHandlesException();
        fixed (byte* bytes = stdin)
        {
            for (nint done = 0; done < stdin.Length;)
            {
                var written = Libc.Write(fd, bytes + done, stdin.Length - done);
                if (written <= 0)
                {
                    _ = Libc.Close(fd);
                    throw new OutOfHandlesException();
                }

                done += written;
            }
        }

        _ = Libc.Seek(fd, 0, 0);
        return fd;
    }

    /// <summary>Closes the child's ends. Ours go with the streams that <see cref="Read"/> made.</summary>
    public void Dispose()
    {
        _ = Libc.Close(Stdin);
        _ = Libc.Close(_output.WriteEnd);
        _ = Libc.Close(_error.WriteEnd);
    }

    public void CloseReadEnds()
    {
        _ = Libc.Close(_output.ReadEnd);
        _ = Libc.Close(_error.ReadEnd);
    }
}
