using Rein.Protocol.Workers;

namespace Rein.System.Tests.Nodes;

/// <summary>A worker that is the test itself: it holds what it was handed, reads no push behind it, and beats when it is told to.</summary>
sealed class TestWorker
{
    readonly TestNode node;
    readonly IWorkerChannel channel;
    readonly string name;

    TestWorker(TestNode node, IWorkerChannel channel, string name, SessionOpened opened) => (this.node, this.channel, this.name, Opened) = (node, channel, name, opened);

    public SessionOpened Opened { get; private set; }
    public AttemptRef Held { get; private set; } = new(Guid.Empty, "", 0);

    public static async Task<TestWorker> Connect(
        TestNode node, string name = "by hand", string? pool = null, Guid? organization = null, int capacity = 1, params string[] kinds)
    {
        var channel = node.NewChannel(organization);
        return new(node, channel, name, await channel.Open(new(name, pool, kinds.Length > 0 ? kinds : ["hold"], capacity), CancellationToken.None));
    }

    /// <summary>Every frame, for as long as the session lives: from here on it takes work.</summary>
    public IAsyncEnumerable<CommandFrame> Frames(CancellationToken cancel) => channel.Commands(Opened.Session, cancel);

    /// <summary>Reads frames up to the assign of a run that is started meanwhile, and none after it; it leaves when everybody has been told of the start.</summary>
    public async Task<Guid> Begin(Func<Task<Guid>> start)
    {
        await using var frames = Frames(CancellationToken.None).GetAsyncEnumerator();
        var next = frames.MoveNextAsync();
        Assert.True(SpinWait.SpinUntil(() => node.Capacity.Find(Opened.Session) is { IsRead: true }, TimeSpan.FromSeconds(30)));
        var run = await start();
        while (await next)
        {
            if (frames.Current is AssignFrame assign)
            {
                Held = assign.Attempt;
                break;
            }
            next = frames.MoveNextAsync();
        }
        return run;
    }

    public Task<HeartbeatAnswer> Beat() => channel.Beat(Opened.Session, new([Held]), CancellationToken.None);

    /// <summary>As after a restart.</summary>
    public async Task ConnectAgain() => Opened = await channel.Open(new(name, null, ["hold"], 1), CancellationToken.None);

    public async Task<ReportAnswer> Report(Report report) => Assert.Single(await channel.Report(Opened.Session, [report], CancellationToken.None));
}
