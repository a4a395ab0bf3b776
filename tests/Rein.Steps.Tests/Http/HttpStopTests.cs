using Microsoft.AspNetCore.Http;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;
using Rein.Tests;

namespace Rein.Steps.Tests.Http;

public sealed class HttpStopTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_ends_with_the_stop_and_so_does_the_other_end(bool hasBegun)
    {
        var (asked, gone) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        await using var site = await Site.Start();
        site.On("/", async context =>
        {
            if (hasBegun)
            {
                await context.Response.WriteAsync("some");
                await context.Response.Body.FlushAsync();
            }
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            await gone.Task;
        });
        await using var attempt = new Attempt(Kinds.HttpOutOfTime.Execute, $$"""{ "url": "{{site.Url}}/" }""");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(AttemptOutcome.Stopped, (await attempt.Stop()).Outcome);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Kinds.EndedWithTheStop(attempt.EndedAfter);
    }

    [Fact]
    public async Task A_request_without_a_time_of_its_own_has_thirty_seconds()
    {
        var time = new HandTime();
        using var step = new Rein.Steps.Http.HttpStep(new(Rein.Protocol.Outward.OpenedAddresses.Of(["127.0.0.1"])), time);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var site = await Site.Start();
        site.On("/", context =>
        {
            asked.SetResult();
            return context.RequestAborted.UntilTold();
        });
        await using var attempt = new Attempt(step.Execute, $$"""{ "url": "{{site.Url}}/" }""");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        time.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal("there was no whole answer within 30 s; timeoutSeconds changes that", (await attempt.End()).Error);
    }
}
