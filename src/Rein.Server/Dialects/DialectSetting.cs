namespace Rein.Server.Dialects;

/// <summary>Something that only one dialect can be told, as a text.</summary>
/// <param name="Takes">What it may be, behind "must be".</param>
sealed record DialectSetting(string Name, string Takes, Func<string, bool> Fits);
