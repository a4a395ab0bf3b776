namespace Rein.Server.Dialects.Xpander;

/// <summary>Ids are UUIDs: ours as they are, or those that clients chose.</summary>
static class Ids
{
    /// <summary>Of a run that is of no workflow.</summary>
    public static readonly string NoAgent = Guid.Empty.ToString();

    /// <summary>With its dashes or without them, and in no other way.</summary>
    public static Guid? Read(string text) => Guid.TryParseExact(text, "D", out var id) || Guid.TryParseExact(text, "N", out id) ? id : null;

    /// <summary>What a run is found by that has a chosen id.</summary>
    public static string Alias(Guid id) => id.ToString();
}
