using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Hosting;

/// <summary>The worker of a host, from its start to its shutdown.</summary>
sealed class WorkerService(
    IServiceProvider services, IEnumerable<RegisteredHandler> handlers, IOptions<ReinWorkerOptions> options, TimeProvider time, ILogger<ReinWorker> log)
    : BackgroundService
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(10);

    readonly StopThread thread = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var own = services.GetService<IWorkerChannel>() is null ? NewChannel(options.Value) : null;
        var worker = new ReinWorker(own ?? services.GetRequiredService<IWorkerChannel>(), SettingsOf(options.Value), thread);
        foreach (var handler in handlers)
            worker.Handle(handler.Kind, handler.Make(services));
        if (!worker.IsAlone)
            log.WaitsForName(options.Value.Name);
        var (pause, said) = (FirstPause, "");
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await worker.Run(Opened, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host shuts down before a session was open.
            }
            catch (Exception broken) when (broken is not ReinException { Status: > 0 and < 500 and not 429, Code: not ProblemCodes.WorkerNameTaken })
            {
                // As long as it is the same, it is said once.
                if (broken.Message != said)
                    log.SessionLost(options.Value.Name, broken);
                said = broken.Message;
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        log.HandedBack(options.Value.Name);

        void Opened(SessionOpened session)
        {
            (pause, said) = (FirstPause, "");
            log.SessionOpened(options.Value.Name, session.Session);
        }
    }

    static HttpChannel NewChannel(ReinWorkerOptions said) => new(said.Server!, said.Key is { Length: > 0 } key ? key : File.ReadLines(said.KeyFile!).First().Trim());

    WorkerOptions SettingsOf(ReinWorkerOptions said) => new(said.Name, said.Capacity)
    {
        Pool = said.Pool, Folder = said.Folder, Silence = said.Silence, FinishWithin = said.FinishWithin, Time = time,
        Refused = (report, refused) => log.ReportRefused(said.Name, report.GetType().Name, report.Attempt.Run, refused),
    };

    public override void Dispose()
    {
        base.Dispose();
        thread.Dispose();
    }
}
