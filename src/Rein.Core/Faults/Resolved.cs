namespace Rein.Core.Faults;

/// <summary>A value, or the one fault that stood in its way.</summary>
public readonly record struct Resolved<T>
{
    Resolved(T? value, Fault? fault)
    {
        Value = value;
        Fault = fault;
    }

    /// <summary>Meaningful only while <see cref="Fault"/> is null.</summary>
    public T? Value { get; }

    public Fault? Fault { get; }

    public static implicit operator Resolved<T>(T value) => new(value, null);

    public static implicit operator Resolved<T>(Fault fault) => new(default, fault);
}
