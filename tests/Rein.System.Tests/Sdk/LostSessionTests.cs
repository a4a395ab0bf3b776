using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using Rein.Tests;

namespace Rein.System.Tests.Sdk;

/// <summary>A host whose worker is refused a session for a while.</summary>
public sealed class LostSessionTests
{
    [Fact]
    public async Task What_keeps_a_worker_from_its_session_is_said_once_for_as_long_as_it_is_the_same_and_asked_for_less_and_less_often()
    {
        var (server, log, clock) = (new Refusing(), new KeptLog(), new Hurried());
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.AddSingleton<IWorkerChannel>(server).AddSingleton<TimeProvider>(clock);
        builder.Services.AddReinWorker(options => options.Name = "refused").Handle<object>("nothing", (_, _, _) => Task.CompletedTask);
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await server.Opened.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, log.Text.Split("lost its session").Length);
        Assert.Equal([1, 2, 4, 8, 10], clock.Pauses.Select(pause => pause.TotalSeconds).Take(5));
    }

    /// <summary>Another has its name, four times; then the server is broken, once.</summary>
    sealed class Refusing : IWorkerChannel
    {
        int asked;

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
        {
            if (++asked <= 4)
                throw new ReinException(Problem.Of(ProblemCodes.WorkerNameTaken));
            if (asked == 5)
                throw new IOException("The way to the server is broken.");
            Opened.TrySetResult();
            return Task.FromResult(new SessionOpened(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), 60_000, 180_000, []));
        }

        public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
        {
            await cancel.UntilTold().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield break;
        }

        public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> batch, CancellationToken cancel) => Task.FromResult<IReadOnlyList<ReportAnswer>>([]);

        public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => Task.FromResult(new HeartbeatAnswer(true, []));

        public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;
    }

    /// <summary>Whatever is waited for is over in a hundredth of its time.</summary>
    sealed class Hurried : TimeProvider
    {
        readonly List<TimeSpan> pauses = [];

        public IReadOnlyList<TimeSpan> Pauses
        {
            get
            {
                lock (pauses)
                    return [.. pauses];
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (pauses)
                if (dueTime >= TimeSpan.FromSeconds(1))
                    pauses.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period > TimeSpan.Zero ? period / 100 : period);
        }
    }
}
