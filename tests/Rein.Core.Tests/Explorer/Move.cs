namespace Rein.Core.Tests.Explorer;

/// <summary>What took one world to the next, in words.</summary>
readonly record struct Move(string What, sbyte Run, sbyte Slot = -1, string Note = "")
{
    public string Describe(RunSpace[] spaces)
    {
        var who = Run < 0 ? "" : spaces.Length == 1 ? "" : $"run {Run + 1}: ";
        var attempt = Slot < 0 ? "" : $"{spaces[Run].Slots.Name(Slot)} ";
        return $"{who}{attempt}{What}{Note}";
    }
}

/// <summary>A world that can follow; <paramref name="Broken"/> when the way there breaks a rule.</summary>
readonly record struct Next(Move Move, World World, string? Broken);
