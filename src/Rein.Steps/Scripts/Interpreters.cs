using System.Security.Cryptography;
using Rein.Steps.Processes;
using Rein.Worker;
using Rein.Worker.Processes;

namespace Rein.Steps.Scripts;

/// <summary>The interpreters of one worker: warm where there is one, else started now.</summary>
sealed class Interpreters(ProcessHost host, ScriptOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Of languages and memories used lately; the one that was not used for longest gives way.</summary>
    const int MostPools = 8;

    const long Megabyte = 1 << 20;

    readonly Lock gate = new();
    readonly Isolation isolation = new(host, options.Network, options.Say);
    readonly ScriptFolders folders = new(options.Folder);
    readonly string life = RandomNumberGenerator.GetHexString(8, lowercase: true);
    readonly List<(string Language, int MemoryMb, WarmPool Pool)> pools = [];
    int lastSpare;

    /// <summary>One that waits for its script and is in the attempt's care.</summary>
    /// <exception cref="ScriptTrouble">There is none for it here.</exception>
    /// <exception cref="OperationCanceledException">It was stopped first.</exception>
    public async Task<Interpreter> For(RunContext run, string languageName, int memoryMb, CancellationToken stop)
    {
        var language = Language.Of(languageName, options);
        var attempt = ProcessStep.NameOf(run.Attempt);
        IReadOnlyList<string> command = [.. await isolation.Before(), .. language.Command(memoryMb)];
        var pool = PoolOf(language, memoryMb, command);
        if (pool.Take() is { } spare)
        {
            run.Hold(spare.Process);
            pool.Refill(spare.Over);
            await Note(spare, attempt);
            return spare;
        }
        var cold = await Interpreter.Start(host, folders, attempt, language, command, run.Hold, stop);
        if (await cold.Begin(Memory(language, memoryMb), time, CancellationToken.None))
        {
            pool.Refill(cold.Over);
            return cold;
        }
        await LogPump.Run(cold.Errors, run.Log, time);
        await cold.End(run);
        stop.ThrowIfCancellationRequested();
        throw new ScriptTrouble(ScriptFaults.NotStarted, cold.IsBoundless
            ? $"the memory of {string.Join(' ', language.Program)} could not be limited"
            : $"{string.Join(' ', language.Program)} ended before it took its script{cold.LastWords}");
    }

    /// <summary>Before its code begins: whoever finds it after a crash knows whose it was.</summary>
    async Task Note(Interpreter spare, string attempt)
    {
        try
        {
            folders.NoteOwner(spare.Name, attempt);
        }
        catch
        {
            await spare.DisposeAsync();
            throw;
        }
    }

    static long Memory(Language language, int memoryMb) => (memoryMb + language.OverheadMb) * Megabyte;

    WarmPool PoolOf(Language language, int memoryMb, IReadOnlyList<string> command)
    {
        lock (gate)
        {
            var at = pools.FindIndex(one => one.Language == language.Name && one.MemoryMb == memoryMb);
            var used = at < 0 ? (language.Name, memoryMb, new(options.Warm, stop => Spare(language, memoryMb, command, stop), time)) : pools[at];
            if (at >= 0)
                pools.RemoveAt(at);
            pools.Add(used);
            if (pools.Count > MostPools)
            {
                var old = pools[0].Pool;
                pools.RemoveAt(0);
                _ = Task.Run(async () => await old.DisposeAsync());
            }
            return used.Item3;
        }
    }

    async Task<Interpreter?> Spare(Language language, int memoryMb, IReadOnlyList<string> command, CancellationToken stop)
    {
        var name = ScriptFolders.SpareName(life, Interlocked.Increment(ref lastSpare));
        try
        {
            var spare = await Interpreter.Start(host, folders, name, language, command, hold: null, stop);
            if (await spare.Begin(Memory(language, memoryMb), time, stop))
                return spare;
            await spare.DisposeAsync();
        }
        catch (Exception failed) when (failed is ScriptTrouble or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            // The next script starts its own, and says what stands against it.
        }
        return null;
    }

    /// <summary>How many wait, of whichever language.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return pools.Sum(one => one.Pool.Count);
        }
    }

    /// <summary>Completes when as many wait as will by themselves.</summary>
    public Task Filled()
    {
        lock (gate)
            return Task.WhenAll(pools.Select(one => one.Pool.Filled));
    }

    public async ValueTask DisposeAsync()
    {
        (string, int, WarmPool Pool)[] all;
        lock (gate)
            all = [.. pools];
        foreach (var one in all)
            await one.Pool.DisposeAsync();
    }
}
