using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Rein.Cli.Up;

/// <summary>Traces, metrics and logs as OpenTelemetry sends them (OTLP over HTTP), to one collector.</summary>
sealed class Telemetry : IDisposable
{
    /// <summary>The source and the meter of the server, and the framework's source of requests.</summary>
    const string Ours = "Rein";
    const string Requests = "Microsoft.AspNetCore";

    readonly TracerProvider traces;
    readonly MeterProvider metrics;

    Telemetry(Uri collector)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("rein", serviceVersion: typeof(Telemetry).Assembly.GetName().Version!.ToString(3));
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Ours, Requests).AddOtlpExporter(otlp => Point(otlp, collector, "traces")).Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Ours).AddOtlpExporter(otlp => Point(otlp, collector, "metrics")).Build();
        var logging = new OpenTelemetryLoggerOptions { IncludeFormattedMessage = true, IncludeScopes = false }
            .SetResourceBuilder(resource).AddOtlpExporter(otlp => Point(otlp, collector, "logs"));
        Logs = new OpenTelemetryLoggerProvider(new Fixed(logging));
    }

    public ILoggerProvider Logs { get; }

    /// <returns>Null where nobody asked for it.</returns>
    /// <exception cref="CommandException">It is no address.</exception>
    public static Telemetry? Begin(string? collector) => collector switch
    {
        null => null,
        _ when Uri.TryCreate(collector, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" => new(uri),
        _ => throw new CommandException(ExitCode.BadUsage, $"--otlp {collector} is no address like http://127.0.0.1:4318."),
    };

    static void Point(OtlpExporterOptions otlp, Uri collector, string signal)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new($"{collector.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
    }

    /// <summary>Sends what is still here, within a few seconds: a collector that is away must not hold up the shutdown.</summary>
    public void Dispose()
    {
        const int patience = 3000;
        _ = traces.Shutdown(patience);
        _ = metrics.Shutdown(patience);
        Logs.Dispose();
        traces.Dispose();
        metrics.Dispose();
    }

    sealed class Fixed(OpenTelemetryLoggerOptions value) : IOptionsMonitor<OpenTelemetryLoggerOptions>
    {
        public OpenTelemetryLoggerOptions CurrentValue => value;

        public OpenTelemetryLoggerOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<OpenTelemetryLoggerOptions, string?> listener) => null;
    }
}
