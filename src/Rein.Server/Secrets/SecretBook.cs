using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Secrets;

/// <summary>
/// Opens secrets for the moment in which a step is handed out. Values are remembered for a moment, so that a queue of steps reads them once; setting one
/// on this node forgets all of them.
/// </summary>
/// <param name="keys">Null: this server was given none, and can open nothing.</param>
sealed class SecretBook(ISecretStore store, SecretKeys? keys, TimeProvider time)
{
    /// <summary>How long another node may still hand out a value that was replaced or removed here.</summary>
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    const int MostRemembered = 1_000;
    const string NoKey = "this server was given no key for secrets.";

    ConcurrentDictionary<(Guid Organization, string Name), Remembered> remembered = new();

    public SecretKeys? Keys => keys;

    public async ValueTask<SecretValues> Read(Guid organization, IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        if (names.Count == 0)
            return SecretValues.None;
        var memory = Volatile.Read(ref remembered);
        var now = time.GetTimestamp();
        var known = new Dictionary<string, Remembered>(StringComparer.Ordinal);
        foreach (var name in names)
            if (memory.TryGetValue((organization, name), out var one) && one.Until > now)
                known[name] = one;
        if (known.Count < names.Count)
            known = await LookUp(organization, names, memory, cancel);
        var values = ImmutableDictionary.CreateBuilder<string, string>();
        var unreadable = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (name, one) in known)
            (one.Value is null ? unreadable : values)[name] = one.Value ?? one.Why;
        return new(values.ToImmutable(), unreadable.ToImmutable());
    }

    /// <summary>The secrets of the signals that payloads of the run read.</summary>
    public SecretValues Signals(Run run) => keys is null
        ? SecretValues.None with { Unreadable = run.Definition.Signals.ToImmutableDictionary(name => name, _ => NoKey) }
        : SecretValues.None with { Values = run.Definition.Signals.ToImmutableDictionary(name => name, name => keys.SignalSecret(run.Id, Node.SignalOf(name)!)) };

    /// <summary>What it answers with is what it has read: the memory is everybody's, and what is in it for others comes and goes meanwhile.</summary>
    async Task<Dictionary<string, Remembered>> LookUp(
        Guid organization, IReadOnlyCollection<string> names, ConcurrentDictionary<(Guid Organization, string Name), Remembered> memory, CancellationToken cancel)
    {
        var found = await store.Find(organization, names, cancel);
        if (memory.Count + found.Count > MostRemembered)
            memory.Clear();
        var until = time.GetTimestamp() + (long)(Memory.TotalSeconds * time.TimestampFrequency);
        var known = new Dictionary<string, Remembered>(StringComparer.Ordinal);
        foreach (var secret in found)
        {
            var why = NoKey;
            var value = keys?.Open(secret, out why);
            memory[(organization, secret.Name)] = known[secret.Name] = new(value, why, until);
        }
        return known;
    }

    public void Forget() => Volatile.Write(ref remembered, new());

    /// <summary>Seals under the current key what was sealed under an earlier one.</summary>
    /// <returns>Null, or a sentence about those that cannot be read.</returns>
    public async Task<string?> SealAnew(CancellationToken cancel)
    {
        var others = await store.NotUnder(keys?.CurrentId ?? "", cancel);
        var unread = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var secret in others)
            if (keys?.Open(secret, out _) is { } value)
                await store.Reseal(secret, keys.Seal(secret.Organization, secret.Name, value, secret.SetAt), cancel);
            else
                unread.Add(secret.KeyId);
        return unread.Count == 0
            ? null
            : $"Some secrets cannot be read: they were sealed under the key {string.Join(", ", unread)}, which this server was not given. Steps that need them fail and say so; everything else works.";
    }

    sealed record Remembered(string? Value, string Why, long Until);
}
