using System.Security.Cryptography;
using System.Text;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.Server.Dialects;

/// <summary>Starts under ids that clients chose.</summary>
static class ChosenId
{
    /// <summary>Two starts of one moment under one id: the second finds the first by this key, which no header can spell.</summary>
    public static StartOrder Order(StartRun start) => start.Extras?.Alias is not { } alias
        ? new(start)
        : new(start, new StartKey(start.Organization, $"alias {alias}"), [.. SHA256.HashData(Encoding.UTF8.GetBytes(start.Run.ToString()))]);
}
