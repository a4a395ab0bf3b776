using System.Net.Sockets;
using Rein.Core.Stores;
using Rein.Server;
using Rein.Storage.Postgres;
using Rein.Storage.Sqlite;

namespace Rein.Cli.Up;

/// <summary>What `rein up` keeps alive: stores, a server over them, and the embedded worker at the server's pipe.</summary>
sealed class Node : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly IStores stores;
    readonly ReinServer server;
    readonly EmbeddedWorker worker;
    readonly DataFolder folder;
    readonly Telemetry? telemetry;

    Node(IStores stores, ReinServer server, EmbeddedWorker worker, DataFolder folder, Telemetry? telemetry) =>
        (this.stores, this.server, this.worker, this.folder, this.telemetry) = (stores, server, worker, folder, telemetry);

    public string Url => server.Url;

    /// <summary>Null, or why the commands of this machine will not find a key.</summary>
    public string? KeyTrouble { get; private init; }

    /// <summary>Null, or which secrets cannot be read. The server works without them: whatever runs must be stoppable.</summary>
    public string? SecretTrouble { get; private init; }

    /// <exception cref="CommandException">It cannot work as it is configured; the sentence says why.</exception>
    public static async Task<Node> Open(NodeOptions options, CancellationToken cancel)
    {
        var settings = Fit(CertificateFiles.Load(options, options.ForServer()));
        var folder = new DataFolder(options.Data);
        folder.Create();
        settings = Fit(settings with { SealKeyPem = SealKeyFile.Ensure(folder, options.SealKey), SecretKeys = SecretKeyFile.Ensure(folder, settings.IsOnlyNode) });
        var stores = await OpenStores(options, settings, cancel);
        try
        {
            return await Open(options, settings, folder, stores, cancel);
        }
        catch
        {
            await stores.DisposeAsync();
            throw;
        }
    }

    static ReinServerOptions Fit(ReinServerOptions settings) => settings.Faults() switch
    {
        [] => settings,
        var faults => throw new CommandException(ExitCode.BadUsage, $"This configuration cannot work: {string.Join("; ", faults)}."),
    };

    static async Task<IStores> OpenStores(NodeOptions options, ReinServerOptions settings, CancellationToken cancel)
    {
        try
        {
            IStores stores = options.Postgres is { } connection
                ? PostgresStores.Open(connection, settings.Rules, lanes: settings.Lanes, time: settings.Time)
                : SqliteStores.Open(options.Data, settings.Time, settings.Rules);
            await stores.Migrate(cancel);
            return stores;
        }
        catch (Exception problem) when (problem is StoreException or ArgumentException or FormatException)
        {
            throw new CommandException(ExitCode.BadUsage, problem.Message);
        }
    }

    static async Task<Node> Open(NodeOptions options, ReinServerOptions settings, DataFolder folder, IStores stores, CancellationToken cancel)
    {
        var trouble = await FirstKey.Ensure(stores.Keys, folder, settings.Time, cancel);
        // What a former life left is gone before this one is told what that life held.
        var worker = await EmbeddedWorker.Prepare(options, folder.Installation());
        var telemetry = Telemetry.Begin(options.Otlp);
        var server = ReinServer.Build(stores, settings, exporter: telemetry?.Logs);
        var node = new Node(stores, server, worker, folder, telemetry) { KeyTrouble = trouble, SecretTrouble = await server.SealSecretsAnew(cancel) };
        try
        {
            await node.Listen(options, settings, cancel);
            return node;
        }
        catch (CommandException)
        {
            await worker.DisposeAsync();
            await server.DisposeAsync();
            throw;
        }
    }

    async Task Listen(NodeOptions options, ReinServerOptions settings, CancellationToken cancel)
    {
        try
        {
            await server.Start(cancel);
        }
        catch (Exception taken) when (taken is IOException or SocketException)
        {
            throw new CommandException(
                ExitCode.BadUsage, $"{options.Listen} cannot be listened on: {taken.GetBaseException().Message}. Another address: --port, --listen.");
        }
        folder.WriteServer(ServerAddress.Of(server.Url, settings.Certificate));
        worker.Begin(server.EmbeddedChannel);
    }

    /// <summary>Takes nothing more, hands back what it holds, answers what is under way, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        folder.ForgetServer();
        await worker.HandBack();
        using (var patience = new CancellationTokenSource(Patience))
            await server.Stop(patience.Token);
        await server.DisposeAsync();
        await worker.DisposeAsync();
        await stores.DisposeAsync();
        telemetry?.Dispose();
    }
}
