using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Rein.Worker;
using Rein.Worker.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A worker as a part of a generic host.</summary>
public static class ReinWorkerServices
{
    /// <summary>
    /// Adds a worker that works as long as its host does. On SIGTERM, as on any other shutdown of the host, it takes nothing more, lets what it holds finish for a while, and hands
    /// the rest back, which counts as no try. A server that refuses it for good (a key that is none, say) ends the host.
    /// </summary>
    /// <param name="services">The host's.</param>
    /// <param name="configure">Behind the section <c>Rein</c> of the configuration: what is set here counts.</param>
    /// <returns>Where the handlers are said. One worker per host: a second call goes on with the first one's.</returns>
    public static ReinWorkerBuilder AddReinWorker(this IServiceCollection services, Action<ReinWorkerOptions>? configure = null)
    {
        var options = services.AddOptions<ReinWorkerOptions>().BindConfiguration(ReinWorkerOptions.Section).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReinWorkerOptions>, OptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WorkerService>());
        services.TryAddSingleton(TimeProvider.System);
        return new(services);
    }
}
