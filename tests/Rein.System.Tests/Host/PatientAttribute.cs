using System.Reflection;
using Xunit.v3;

[assembly: Rein.System.Tests.Host.Patient]

namespace Rein.System.Tests.Host;

/// <summary>
/// A test that waits for what never comes is cancelled, named and failed, instead of keeping the others until everything is ended. It sees that by
/// <see cref="TestServer.Cancel"/>, which whatever waits without a limit of its own is given.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PatientAttribute : BeforeAfterTestAttribute
{
    /// <summary>Ten times what the slowest takes alone on the machine.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(Environment.GetEnvironmentVariable("REIN_LONG") is null ? 4 : 60);

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var running = TestContext.Current;
        running.KeyValueStorage[Key(test)] = TimeProvider.System.CreateTimer(_ => running.CancelCurrentTest(), null, Longest, Timeout.InfiniteTimeSpan);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (TestContext.Current.KeyValueStorage.TryRemove(Key(test), out var timer))
            ((ITimer?)timer)?.Dispose();
    }

    static string Key(IXunitTest test) => $"{nameof(PatientAttribute)} {test.UniqueID}";
}
