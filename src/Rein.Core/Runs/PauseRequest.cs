namespace Rein.Core.Runs;

/// <summary>The wish that nothing new of a run is handed out. Its deadline and budget go on; a stop needs no resume first.</summary>
public sealed record PauseRequest(string Actor, string Reason, DateTimeOffset RequestedAt);
