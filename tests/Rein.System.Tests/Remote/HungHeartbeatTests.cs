using System.Net;
using System.Text;
using Rein.Protocol.Remote;
using Rein.Server;

namespace Rein.System.Tests.Remote;

/// <summary>A heartbeat that hangs is given up while the next one still comes in time.</summary>
public sealed class HungHeartbeatTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5000, 15_000, 5000)]
    [InlineData(1000, 3000, 1000)]
    [InlineData(200, 600, 200)]
    [InlineData(200, 30_000, 2000)]
    public async Task It_is_given_up_with_a_heartbeat_of_the_lease_left(double heartbeatMs, double leaseMs, double givenUpAfterMs)
    {
        var clock = new Clock();
        var hung = new Hung($$"""{"session":"{{Guid.Empty}}","heartbeatMs":{{heartbeatMs}},"leaseMs":{{leaseMs}},"former":[]}""");
        using var channel = new HttpChannel(new HttpClient(hung) { BaseAddress = new("http://rein.test"), Timeout = Timeout.InfiniteTimeSpan }, clock);
        await channel.Open(new("w", null, ["hold"], 1), Cancel);
        clock.IsUp = true;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.Beat(Guid.Empty, new([]), Cancel));

        Assert.Equal(givenUpAfterMs, clock.Last.TotalMilliseconds);
        Assert.True(heartbeatMs + givenUpAfterMs + heartbeatMs <= leaseMs);
    }

    [Fact]
    public void A_lease_that_one_of_them_would_cost_is_refused()
    {
        var options = new ReinServerOptions { Heartbeat = TimeSpan.FromSeconds(5), Lease = TimeSpan.FromSeconds(14.9) };
        Assert.Contains("at least three heartbeats", Assert.Single(options.Faults()), StringComparison.Ordinal);
        Assert.Empty((options with { Lease = TimeSpan.FromSeconds(15) }).Faults());
    }

    /// <summary>Answers the hello and nothing else.</summary>
    sealed class Hung(string hello) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.EndsWith("sessions", StringComparison.Ordinal))
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return new(HttpStatusCode.Created) { Content = new StringContent(hello, Encoding.UTF8, "application/json") };
        }
    }

    /// <summary>Its time is up at once, or never; what was asked of it is remembered.</summary>
    sealed class Clock : TimeProvider
    {
        public bool IsUp { get; set; }

        public TimeSpan Last { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Last = dueTime;
            return base.CreateTimer(callback, state, IsUp ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
