using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Rein.Core.Faults;

/// <summary>What became of something a user wrote: a value with warnings, or every fault that was found. Never both.</summary>
public sealed record Parsed<T>
    where T : class
{
    Parsed(T? value, ImmutableArray<Fault> faults, ImmutableArray<Fault> warnings)
    {
        Value = value;
        Faults = faults;
        Warnings = warnings;
    }

    public T? Value { get; }

    public ImmutableArray<Fault> Faults { get; }

    /// <summary>Worth telling, no reason to refuse. Present with faults as well.</summary>
    public ImmutableArray<Fault> Warnings { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Value is not null;

    internal static Parsed<T> Valid(T value, FaultList said) => new(value, [], said.Warnings);

    internal static Parsed<T> Refused(FaultList said) => new(null, said.Faults, said.Warnings);
}
