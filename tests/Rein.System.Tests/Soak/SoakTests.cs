using System.Globalization;
using Rein.System.Tests.Cli;

namespace Rein.System.Tests.Soak;

/// <summary>`rein bench soak`: a few seconds here, ten minutes with REIN_LONG=1. What fails, fails again with the seed that it prints, if the machine wills.</summary>
public sealed class SoakTests
{
    static readonly double Minutes = Environment.GetEnvironmentVariable("REIN_LONG") == "1" ? 10 : 0.1;

    [Fact]
    public async Task Workers_that_are_killed_suspended_and_cut_off_leave_no_run_no_place_no_process_and_no_item_behind()
    {
        using var cli = new TestCli();
        using var process = cli.Start("bench", "soak", "--minutes", Minutes.ToString(CultureInfo.InvariantCulture));
        var said = await TestCli.Until(process, TimeSpan.FromMinutes(Minutes + 4));

        TestContext.Current.TestOutputHelper!.WriteLine(said.Output);
        Assert.True(said.Code == 0, $"{said.Output}\n{said.Errors}");
        Assert.StartsWith("seed ", said.Output, StringComparison.Ordinal);
        Assert.Contains("every promise was kept", said.Output, StringComparison.Ordinal);
        Assert.Contains("stops answered", said.Output, StringComparison.Ordinal);
        Assert.Contains("entries of receipts verified", said.Output, StringComparison.Ordinal);
    }
}
