using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Api;
using Rein.Server.Dispatch;

namespace Rein.Server;

/// <summary>One node: the API over an <see cref="Engine"/> over stores that somebody else opened, migrated, and closes.</summary>
public sealed class ReinServer : IAsyncDisposable
{
    readonly WebApplication app;

    ReinServer(WebApplication app) => this.app = app;

    /// <summary>The first address it listens on, once started.</summary>
    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>The server's end of the in-memory pipe, for the embedded worker.</summary>
    public IWorkerChannel EmbeddedChannel => app.Services.GetRequiredService<Engine>().Gateway(null);

    /// <param name="log">Where the log goes; null writes warnings to standard error.</param>
    /// <param name="exporter">Where it goes as well.</param>
    /// <exception cref="ArgumentException">The options cannot work; the message says all that is wrong.</exception>
    public static ReinServer Build(IStores stores, ReinServerOptions options, ILoggerProvider? log = null, ILoggerProvider? exporter = null)
    {
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults), nameof(options));
        // Empty: no second way to configure anything, and no watcher of the folder it was started in, which is woken by each write to the database.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(options.Listen).ConfigureKestrel(kestrel => Configure(kestrel, options));
        if (options.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        Log(builder.Logging, log);
        if (exporter is not null)
            builder.Logging.AddProvider(exporter);
        builder.Services
            .AddRoutingCore()
            .AddSingleton(stores)
            .AddSingleton(options)
            .AddSingleton(options.Time)
            .AddSingleton<Engine>()
            .AddSingleton(services => services.GetRequiredService<Engine>().Commands)
            .AddSingleton(services => services.GetRequiredService<Engine>().Feed)
            .AddSingleton(services => services.GetRequiredService<Engine>().Duties)
            .AddReinApi();
        return new(builder.Build().MapReinApi());
    }

    /// <summary>Seals under the current key what was sealed under an earlier one.</summary>
    /// <returns>Null, or a sentence for the operator about secrets that cannot be read.</returns>
    public Task<string?> SealSecretsAnew(CancellationToken cancel) => app.Services.GetRequiredService<Engine>().Secrets.SealAnew(cancel);

    /// <summary>The sessions that it carries.</summary>
    internal CapacityBook Sessions => app.Services.GetRequiredService<Engine>().Capacity;

    /// <summary>Every address it answers at.</summary>
    internal IReadOnlyList<Microsoft.AspNetCore.Http.Endpoint> Endpoints => app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Runs until <see cref="Stop"/>: from here on it answers.</summary>
    public async Task Start(CancellationToken cancel)
    {
        app.Services.GetRequiredService<Engine>();
        await app.StartAsync(cancel);
    }

    /// <summary>Takes no more requests and finishes those under way.</summary>
    public Task Stop(CancellationToken cancel) => app.StopAsync(cancel);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    static void Configure(KestrelServerOptions kestrel, ReinServerOptions options)
    {
        kestrel.AddServerHeader = false;
        if (options.Certificate is { } certificate)
            kestrel.ConfigureHttpsDefaults(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate, options.CertificateChain));
    }

    static void Log(ILoggingBuilder logging, ILoggerProvider? provider)
    {
        // That it could not start is thrown as well, to whoever says it in a sentence.
        logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (provider is not null)
            logging.AddProvider(provider);
        else
            logging.AddSimpleConsole(console => console.SingleLine = true)
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
