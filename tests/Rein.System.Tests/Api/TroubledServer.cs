using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rein.Core.Runs;
using Rein.Protocol;
using Rein.Server;
using Rein.Server.Access;
using Rein.Server.Commits;
using Rein.Storage.Sqlite;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api;

/// <summary>A server without a worker, whose commits a test holds up or breaks. Its pauses are short: a minute there is three seconds here.</summary>
sealed class TroubledServer : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly SqliteStores stores;
    ReinServer server = null!;

    TroubledServer() => stores = SqliteStores.Open(folder, TimeProvider.System, Rules.Default);

    public HttpClient Http { get; private set; } = null!;
    public ReinClient Client { get; private set; } = null!;

    public static async Task<TroubledServer> Start(CommitProbe probe)
    {
        var troubled = new TroubledServer();
        await troubled.stores.Migrate(CancellationToken.None);
        var key = KeyRing.Draw();
        await KeyRing.Found(troubled.stores.Keys, key, TimeProvider.System, CancellationToken.None);
        troubled.server = ReinServer.Build(troubled.stores, new() { Listen = "http://127.0.0.1:0", IsOnlyNode = true, Probe = probe, Time = new Hurried() }, NullLoggerProvider.Instance);
        await troubled.server.Start(CancellationToken.None);
        troubled.Http = new() { BaseAddress = new(troubled.server.Url), Timeout = TimeSpan.FromMinutes(1) };
        troubled.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        troubled.Client = new(new Uri(troubled.server.Url), key);
        return troubled;
    }

    public Task<HttpResponseMessage> Post(string path, string body) =>
        Http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await server.Stop(CancellationToken.None);
        await server.DisposeAsync();
        await stores.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
