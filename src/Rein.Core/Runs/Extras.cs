namespace Rein.Core.Runs;

/// <summary>What another API has to remember beside a run. The engine keeps it as long as the run, and looks into none of it.</summary>
/// <param name="Alias">An id that the client chose, unique in the organization; null for none.</param>
/// <param name="Json">An object, UTF-8.</param>
public sealed record Extras(string? Alias, ReadOnlyMemory<byte> Json)
{
    public const int LongestAlias = 200;
}
