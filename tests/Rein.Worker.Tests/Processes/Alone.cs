namespace Rein.Worker.Tests.Processes;

/// <summary>Trials that load the whole machine, or the pool, run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
