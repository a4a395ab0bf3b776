using System.Globalization;
using System.Text;

namespace Rein.System.Tests.Crash;

/// <summary>`kill -9` at every point that matters. Once each here; twenty times each, at different moments, with REIN_LONG=1.</summary>
public sealed class CrashTests
{
    static readonly int Times = Environment.GetEnvironmentVariable("REIN_LONG") == "1" ? 20 : 1;

    public static TheoryData<string> Points =>
        [.. from moment in (string[])["before", "after"] from kind in (string[])["start", "claim", "stop", "ended", "items", "duties"] select $"{moment}:{kind}"];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task What_was_acknowledged_before_a_crash_holds_after_it(string point)
    {
        for (var time = 1; time <= Times; time++)
            await Crash(string.Create(CultureInfo.InvariantCulture, $"{point}:{time}"));
    }

    static async Task Crash(string point)
    {
        var data = Directory.CreateTempSubdirectory("rein-crash-").FullName;
        try
        {
            Promises promises;
            await using (var first = await CrashingServer.Start(data, point))
            {
                promises = new(first!.Client);
                await promises.Work();
                await first.UntilCrashed();
            }
            await using var next = await CrashingServer.Start(data, crash: null);
            await promises.AreKeptBy(next!.Client);
            AssertNothingOf(await File.ReadAllTextAsync(Path.Combine(data, "installation")));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>No process that a run of this installation started is left.</summary>
    static void AssertNothingOf(string installation)
    {
        var mark = Encoding.UTF8.GetBytes($"REIN_ATTEMPT={installation.Trim()}/");
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
            Assert.False(Reads(process).AsSpan().IndexOf(mark) >= 0, $"{process} is left");
    }

    static byte[] Reads(string process)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(process, "environ"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
