namespace Rein.Worker.Processes;

/// <summary>The three standard streams of a child to be, and a channel where one is wanted: what it gets, and the ends that are ours.</summary>
sealed unsafe class ChildStreams : IDisposable
{
    /// <summary>Output, error, and with a channel what it reads and what it writes.</summary>
    readonly Pipe[] _pipes;

    public ChildStreams(ReadOnlySpan<byte> stdin, bool hasChannel)
    {
        Stdin = Stored(stdin);
        var opened = new List<Pipe>();
        try
        {
            while (opened.Count < (hasChannel ? 4 : 2)) opened.Add(Pipe.Open());
            _pipes = [.. opened];
        }
        catch
        {
            foreach (var pipe in opened) pipe.Close();
            _ = Libc.Close(Stdin);
            throw;
        }
    }

    public int Stdin { get; }

    public int Stdout => _pipes[0].WriteEnd;

    public int Stderr => _pipes[1].WriteEnd;

    public (int In, int Out)? Channel => HasChannel ? (_pipes[2].ReadEnd, _pipes[3].WriteEnd) : null;

    bool HasChannel => _pipes.Length > 2;

    public OurEnds Take() => new(
        new PipeOutput(_pipes[0].ReadEnd), new PipeOutput(_pipes[1].ReadEnd),
        HasChannel ? new PipeInput(_pipes[2].WriteEnd) : null, HasChannel ? new PipeOutput(_pipes[3].ReadEnd) : null);

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

    /// <summary>Closes the child's ends. Ours go with the streams that <see cref="Take"/> made.</summary>
    public void Dispose()
    {
        _ = Libc.Close(Stdin);
        for (var i = 0; i < _pipes.Length; i++) _ = Libc.Close(IsRead(i) ? _pipes[i].ReadEnd : _pipes[i].WriteEnd);
    }

    public void CloseOurEnds()
    {
        for (var i = 0; i < _pipes.Length; i++) _ = Libc.Close(IsRead(i) ? _pipes[i].WriteEnd : _pipes[i].ReadEnd);
    }

    /// <summary>By the child.</summary>
    static bool IsRead(int pipe) => pipe == 2;
}

/// <summary>The ends of a child's streams that are ours.</summary>
sealed record OurEnds(PipeOutput Output, PipeOutput Error, PipeInput? ChannelIn, PipeOutput? ChannelOut)
{
    public void Seal()
    {
        Output.Seal();
        Error.Seal();
        ChannelIn?.Seal();
        ChannelOut?.Seal();
    }

    public async ValueTask CloseAsync()
    {
        await Output.DisposeAsync().ConfigureAwait(false);
        await Error.DisposeAsync().ConfigureAwait(false);
        if (ChannelIn is not null) await ChannelIn.DisposeAsync().ConfigureAwait(false);
        if (ChannelOut is not null) await ChannelOut.DisposeAsync().ConfigureAwait(false);
    }
}
