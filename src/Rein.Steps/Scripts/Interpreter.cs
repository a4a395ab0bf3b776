using System.Buffers.Binary;
using System.Text;
using Rein.Worker;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Steps.Scripts;

/// <summary>An interpreter that was started for one script, in a working folder of its own, and is not used again.</summary>
sealed class Interpreter(string name, ContainedProcess process, bool isDoneWithItsResult, string folder, ScriptFolders folders) : IAsyncDisposable
{
    /// <summary>Code cannot have asked for more: SIGTERM ends it at once unless it has caught it, and then it gets this.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(20);

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long one that has said all it will may take to end.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    readonly Frames frames = new(process.ChannelOut!);
    readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool isOver;

    public string Name => name;

    public ContainedProcess Process => process;

    public Tail Errors { get; } = new(process.Error);

    public bool IsAlive => !process.Exited.IsCompleted;

    /// <summary>Completes when nothing is left of it, its folder included.</summary>
    public Task Over => over.Task;

    /// <summary>It was ended because its memory could not be limited.</summary>
    public bool IsBoundless { get; private set; }

    /// <exception cref="ScriptTrouble">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">It was stopped first.</exception>
    public static async Task<Interpreter> Start(
        ProcessHost host, ScriptFolders folders, string name, Language language, IReadOnlyList<string> command, Func<IStoppable, bool>? hold, CancellationToken stop)
    {
        var folder = folders.Make(name);
        var spec = new ProcessSpec(name, command) { Environment = EnvironmentIn(folder), WorkingDirectory = folder, HasChannel = true, OwnGrace = Grace };
        if (await host.StartAsync(spec, hold, stop) is StartOutcome.Started { Process: var process })
            return new(name, process, language.IsDoneWithItsResult, folder, folders);
        folders.TryRemove(name);
        stop.ThrowIfCancellationRequested();
        throw new ScriptTrouble(ScriptFaults.NotStarted, $"{command[0]} could not be started: the machine has no memory, processes or file handles left, or it may not be executed");
    }

    /// <summary>Nothing of the worker's but where programs are. What it puts into its home or its temporary folder is gone with it.</summary>
    static Dictionary<string, string> EnvironmentIn(string folder) => new(StringComparer.Ordinal)
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin", ["HOME"] = folder, ["TMPDIR"] = folder, ["LANG"] = "C.UTF-8",
    };

    /// <summary>Returns when it waits for its script, with its memory limited. One that is never ready is ended.</summary>
    /// <param name="memory">Bytes beyond what it has by then.</param>
    /// <param name="time">What its patience is counted on.</param>
    /// <param name="callOff">Ends it too; none where a ladder holds it, which asks first.</param>
    /// <returns>False: it has ended instead.</returns>
    public async Task<bool> Begin(long memory, TimeProvider time, CancellationToken callOff)
    {
        using var late = new CancellationTokenSource(Patience, time);
        await using var ended = late.Token.Register(process.Kill);
        await using var calledOff = callOff.Register(process.Kill);
        if (await frames.Next() is not { Kind: 'b' })
        {
            // It leaves by itself, with its last words. Whoever stays is not waited for.
            await Task.WhenAny(process.Exited, Task.Delay(Farewell, time, CancellationToken.None));
            process.Kill();
            return false;
        }
        if (await process.LimitMemoryAsync(memory))
            return true;
        process.Kill();
        IsBoundless = await process.Exited is 128 + 9;
        return false;
    }

    /// <summary>Hands over what it is to execute. It may read it when it pleases, or never.</summary>
    public async Task Tell(ReadOnlyMemory<byte> payload)
    {
        var whole = new byte[4 + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(whole, (uint)payload.Length);
        payload.CopyTo(whole.AsMemory(4));
        try
        {
            await process.ChannelIn!.WriteAsync(whole);
        }
        catch (IOException)
        {
            // It has ended, or closed the channel; what it says next, or that it says nothing, tells which.
        }
    }

    public ValueTask<Frame?> Next() => frames.Next();

    /// <summary>It has said its result: node alone takes some milliseconds to leave after that, with nothing left to do.</summary>
    public void Dismiss()
    {
        if (isDoneWithItsResult)
            process.Dismiss();
    }

    /// <summary>Ends it and removes its folder.</summary>
    /// <param name="run">Answers for a folder that cannot be removed; null for a spare, which has put nothing there.</param>
    public async ValueTask End(RunContext? run)
    {
        if (isOver)
            return;
        isOver = true;
        await process.DisposeAsync();
        await frames.DisposeAsync();
        if (!folders.TryRemove(name))
            run?.Register(Resource.Folder(folder));
        over.SetResult();
    }

    public ValueTask DisposeAsync() => End(null);

    /// <summary>What it said on standard error last, in a line.</summary>
    public string LastWords => Errors.LastLine is { Length: > 0 } line ? $": {line}" : "";
}

/// <summary>Passes a stream on and remembers its end.</summary>
sealed class Tail(Stream stream) : Stream
{
    const int Kept = 4096;

    readonly Lock gate = new();
    byte[] last = [];

    string Text
    {
        get
        {
            lock (gate)
                return Encoding.UTF8.GetString(last);
        }
    }

    public string LastLine => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var line] ? line[..Math.Min(300, line.Length)] : "";

    public bool Contains(string words) => Text.Contains(words, StringComparison.OrdinalIgnoreCase);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await stream.ReadAsync(buffer, cancellationToken);
        var end = buffer[Math.Max(0, read - Kept)..read];
        lock (gate)
            last = [.. last.AsSpan(Math.Max(0, Math.Min(last.Length, last.Length + end.Length - Kept))), .. end.Span];
        return read;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Use ReadAsync.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
