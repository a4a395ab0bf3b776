using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker.Tests.Attempts;

public sealed class UsageTests
{
    [Fact]
    public async Task Usage_is_told_as_a_total_again_and_again_until_it_is_taken_and_before_the_end()
    {
        await using var server = new ServerByHand(new StopThread(), "buying", async (run, _) =>
        {
            await run.Usage.Add(1.5m);
            await run.Usage.Add(0.25m);
            return StepResult.Success;
        })
        { Losing = 2 };
        var attempt = server.Assign("buying");

        Assert.Equal(new UsageReport(attempt, 1_500_000), await server.Next());
        Assert.Equal(new UsageReport(attempt, 1_750_000), await server.Next());
        Assert.IsType<EndedReport>(await server.Next());
        Assert.Equal(5, server.Sent.Count);
    }

    [Fact]
    public async Task What_comes_while_a_report_is_under_way_is_told_together()
    {
        await using var server = new ServerByHand(new StopThread(), "buying", async (run, _) =>
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => run.Usage.Add(0.001m).AsTask()).ToList());
            return StepResult.Success;
        });
        server.Assign("buying");

        UsageReport? last = null;
        var reports = 0;
        for (var report = await server.Next(); report is UsageReport usage; report = await server.Next(), reports++)
            last = usage;
        Assert.Equal(1_000_000, last!.MicroCredits);
        Assert.InRange(reports, 1, 999);
    }

    [Fact]
    public async Task What_is_finer_than_a_millionth_is_carried_over()
    {
        await using var server = new ServerByHand(new StopThread(), "buying", async (run, _) =>
        {
            for (var i = 0; i < 15; i++)
                await run.Usage.Add(0.0000001m);
            Assert.Equal(0.0000015m, run.Usage.Total);
            return StepResult.Success;
        });
        server.Assign("buying");
        Assert.Equal(1, Assert.IsType<UsageReport>(await server.Next()).MicroCredits);
        Assert.Equal(AttemptOutcome.Succeeded, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1_000_000_001)]
    public async Task An_amount_that_cannot_be_fails_where_it_is_said(double amount)
    {
        await using var server = new ServerByHand(new StopThread(), "buying", async (run, _) =>
        {
            await run.Usage.Add((decimal)amount);
            return StepResult.Success;
        });
        server.Assign("buying");
        Assert.Equal(AttemptOutcome.Failed, Assert.IsType<EndedReport>(await server.Next()).Outcome);
    }

    [Fact]
    public async Task A_total_that_is_not_above_the_one_before_is_not_told()
    {
        await using var server = new ServerByHand(new StopThread(), "buying", async (run, _) =>
        {
            await run.Usage.ReportTotal(2);
            await run.Usage.ReportTotal(1);
            await run.Usage.ReportTotal(2);
            return StepResult.Success;
        });
        server.Assign("buying");
        Assert.Equal(2_000_000, Assert.IsType<UsageReport>(await server.Next()).MicroCredits);
        Assert.IsType<EndedReport>(await server.Next());
        Assert.Equal(UsageMeter.Most, 1_000_000_000m);
    }
}
