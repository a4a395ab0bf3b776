using System.Collections.Immutable;

namespace Rein.Core.Faults;

/// <summary>Collects while something is read, so that the user hears everything at once. Owned by one reader, not shared.</summary>
sealed class FaultList
{
    // A megabyte of mistakes must not become ten megabytes of answer.
    const int Most = 100;

    readonly ImmutableArray<Fault>.Builder faults = ImmutableArray.CreateBuilder<Fault>();
    readonly ImmutableArray<Fault>.Builder warnings = ImmutableArray.CreateBuilder<Fault>();

    public bool Any => faults.Count > 0;

    public ImmutableArray<Fault> Faults => faults.ToImmutable();

    public ImmutableArray<Fault> Warnings => warnings.ToImmutable();

    public void Add(string code, string message, string? path = null) => Add(new Fault(code, message, path));

    public void Add(Fault fault)
    {
        if (faults.Count < Most) faults.Add(fault);
    }

    public void Warn(string code, string message, string? path = null)
    {
        if (warnings.Count < Most) warnings.Add(new Fault(code, message, path));
    }
}
