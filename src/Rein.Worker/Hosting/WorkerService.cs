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
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly StopThread thread = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var own = services.GetService<IWorkerChannel>() is null ? NewChannel(options.Value) : null;
        var worker = new ReinWorker(own ?? services.GetRequiredService<IWorkerChannel>(), SettingsOf(options.Value), thread);
        foreach (var handler in handlers)
            worker.Handle(handler.Kind, handler.Make(services));
        if (!worker.IsAlone)
            log.WaitsForName(options.Value.Name);
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                await worker.Run(opened => log.SessionOpened(options.Value.Name, opened.Session), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host shuts down before a session was open.
            }
            catch (Exception broken) when (broken is not ReinException { Status: > 0 and < 500 and not 429, Code: not ProblemCodes.WorkerNameTaken })
            {
                log.SessionLost(options.Value.Name, broken);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        log.HandedBack(options.Value.Name);
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
