using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Rein.Core.Runs;

namespace Rein.Storage.Rows;

/// <summary>
/// Inputs of runs and results of steps that have ended, as they were last loaded: none of them changes any more. Every step in the body of a loop may read the
/// same large one, and gets the same bytes, which are parsed only once. Shared by all connections of a store.
/// </summary>
/// <param name="most">Bytes that are kept; above them everything is forgotten, and read again as needed.</param>
sealed class SettledJson(long most = 8 << 20)
{
    /// <summary>Smaller ones are read as quickly as they are found here.</summary>
    const int Least = 4096;

    readonly Lock gate = new();
    readonly Dictionary<(Guid Run, string Step), byte[]> kept = [];
    long bytes;

    public bool TryGetInput(Guid run, [NotNullWhen(true)] out byte[]? json) => TryGet(run, "", out json);

    public bool TryGetResult(Guid run, string step, [NotNullWhen(true)] out byte[]? json) => TryGet(run, step, out json);

    public byte[] AddInput(Guid run, byte[] json) => Add(run, "", json);

    /// <summary>Of a step that is open it does nothing: what a loop has come to grows.</summary>
    public void AddResult(Guid run, Step step)
    {
        if (step is { IsOpen: false, Result: { } result } && MemoryMarshal.TryGetArray(result, out var json) && json.Array!.Length == json.Count)
            Add(run, step.Id, json.Array);
    }

    bool TryGet(Guid run, string step, [NotNullWhen(true)] out byte[]? json)
    {
        lock (gate)
            return kept.TryGetValue((run, step), out json);
    }

    byte[] Add(Guid run, string step, byte[] json)
    {
        if (json.Length < Least || json.Length > most)
            return json;
        lock (gate)
        {
            if (bytes + json.Length > most)
            {
                kept.Clear();
                bytes = 0;
            }
            if (kept.TryAdd((run, step), json))
                bytes += json.Length;
        }
        return json;
    }
}
