using System.Runtime.CompilerServices;

namespace Rein.System.Tests.Host;

static class Unrehearsed
{
    /// <summary>A hundred servers are started here whose first stop may take its time; only the tests of the rehearsal itself want one.</summary>
    [ModuleInitializer]
    internal static void Say() => Environment.SetEnvironmentVariable("REIN_REHEARSAL", "off");
}
