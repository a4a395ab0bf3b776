using System.Collections.Immutable;

namespace Rein.Core.Runs;

/// <summary>The secrets that a claim may fill into a payload: at hand for one decision, and part of no run.</summary>
/// <param name="Values">By name.</param>
/// <param name="Unreadable">By name: there is one, but it cannot be read, and this is why.</param>
public sealed record SecretValues(ImmutableDictionary<string, string> Values, ImmutableDictionary<string, string> Unreadable)
{
    public static SecretValues None { get; } = new(ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);

    public SecretValues And(SecretValues other) => new(Values.SetItems(other.Values), Unreadable.SetItems(other.Unreadable));

    /// <summary>Values are not for logs, nor for whoever looks at a failed assertion.</summary>
    public override string ToString() => $"{Values.Count} secrets";
}
