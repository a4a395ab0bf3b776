using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server;
using Rein.Server.Access;
using Rein.Server.Dispatch;
using Rein.Server.Secrets;
using Rein.Steps;
using Rein.Storage.Sqlite;
using Rein.Worker;
using Rein.Worker.Ladder;

namespace Rein.System.Tests.Host;

/// <summary>A whole server: Kestrel on a free port of the loopback, SQLite in a temporary folder, and an embedded worker.</summary>
public sealed class TestServer : IAsyncLifetime
{
    /// <summary>Far more than the tests of a class leave running behind them.</summary>
    public const int Capacity = 1000;

    readonly string folder = Directory.CreateTempSubdirectory("rein-test-").FullName;
    readonly CancellationTokenSource stopTaking = new();
    readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SqliteStores stores = null!;
    ReinServer server = null!;
    bool dialectsAsSaid;
    ReinWorker worker = null!;
    Task working = Task.CompletedTask;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>With the first key, which may do everything.</summary>
    public ReinClient Client { get; private set; } = null!;

    /// <summary>Without a key, for what the client would never send.</summary>
    public HttpClient Http { get; private set; } = null!;

    public string Key { get; private set; } = "";

    internal SecretKeys Secrets { get; } = SecretKeys.Parse(SecretKeys.Draw());

    public IStores Stores => stores;

    public string Database => Path.Combine(folder, "rein.db");
    /// <summary>For a server that is set up otherwise.</summary>
    public Func<ReinServerOptions, ReinServerOptions> Adjust { get; init; } = options => options;

    /// <summary>For a server between whose looks at its store something else happens.</summary>
    public Func<IStores, IStores> Between { get; init; } = stores => stores;

    public ILoggerProvider? Log { get; init; }

    public string Folder => folder;

    public string Url => server.Url;

    public IReadOnlyList<Endpoint> Endpoints => server.Endpoints;

    internal CapacityBook Sessions => server.Sessions;

    public async ValueTask InitializeAsync()
    {
        stores = SqliteStores.Open(folder, TimeProvider.System, Rules.Default);
        await stores.Migrate(Cancel);
        Key = KeyRing.Draw();
        await KeyRing.Found(stores.Keys, Key, TimeProvider.System, Cancel);
        using var sealKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new ReinServerOptions
        {
            Listen = "http://127.0.0.1:0", IsOnlyNode = true, SealKeyPem = sealKey.ExportPkcs8PrivateKeyPem(), SecretKeys = Secrets,
        };
        options = Adjust(options);
        dialectsAsSaid = options.Dialects.Settings.Count == 0;
        server = ReinServer.Build(Between(stores), options, Log);
        await server.Start(Cancel);
        Http = new(new HeldToDocument(dialectsAsSaid)) { BaseAddress = new(server.Url), Timeout = TimeSpan.FromMinutes(1) };
        Client = Connect(Key);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker = new ReinWorker(server.EmbeddedChannel, new("embedded", Capacity), new StopThread())
            .Handle(Noop.Kind, Noop.Execute)
            .Handle(Hold.Kind, Hold.Execute)
            .Handle("collect", Collect)
            .Handle("emit", Emit)
            .Handle("leak", Leak)
            .Handle("paging", Paging)
            .Handle("halfway", Halfway)
            .Handle("deaf", Deaf);
        working = worker.Run(_ => opened.TrySetResult(), stopTaking.Token);
        await opened.Task;
    }

    /// <summary>Collects three items, writes a log, and then holds on until it is stopped.</summary>
    static async Task<StepResult> Collect(RunContext run, CancellationToken stop)
    {
        await run.Items.Add("{\"n\":1}"u8.ToArray());
        await run.Items.Add("{\n \"n\": 2\n}"u8.ToArray());
        await run.Items.AddText("drei");
        await run.Log.Write("one line");
        return await Hold.Execute(run, stop);
    }

    /// <summary>Collects what the array in the text `emits` of its payload lists, byte for byte, and comes to what the text `comesTo` is.</summary>
    static async Task<StepResult> Emit(RunContext run, CancellationToken stop)
    {
        foreach (var item in JsonElement.Parse(JsonElement.Parse(run.Payload.Span).GetProperty("emits").GetString()!).EnumerateArray())
            await run.Items.Add(Encoding.UTF8.GetBytes(item.GetRawText()));
        return JsonElement.Parse(run.Payload.Span).TryGetProperty("comesTo", out var result) ? StepResult.SuccessWith(Encoding.UTF8.GetBytes(result.GetString()!)) : StepResult.Success;
    }

    /// <summary>
    /// Says what it was given wherever it can say something, in the log in two pieces; fails where it is told to, or holds on with something that outlives its stop until
    /// the test lets it go.
    /// </summary>
    async Task<StepResult> Leak(RunContext run, CancellationToken stop)
    {
        var payload = JsonElement.Parse(run.Payload.Span);
        var text = payload.GetProperty("text").GetString()!;
        await run.Log.WriteChunk(Encoding.UTF8.GetBytes(text[..(text.Length / 2)]));
        await run.Log.WriteChunk(Encoding.UTF8.GetBytes(text[(text.Length / 2)..]));
        await run.Items.AddText(text);
        await run.Items.Add(run.Payload);
        if (payload.TryGetProperty("fails", out _))
            throw new InvalidOperationException($"It broke over {text}.");
        if (!payload.TryGetProperty("holds", out _))
            return StepResult.SuccessWith(run.Payload);
        run.Progress(0.5, text);
        await run.Checkpoint(text);
        run.Hold(new Outliving(text, release.Task));
        return await Hold.Execute(run, stop);
    }

    /// <summary>Is at its first page until the test lets it go, then at its second until it is stopped.</summary>
    async Task<StepResult> Paging(RunContext run, CancellationToken stop)
    {
        run.Progress(0.1, "page 1");
        await release.Task.WaitAsync(stop);
        run.Progress(0.2, "page 2");
        return await Hold.Execute(run, stop);
    }

    /// <summary>Fails with a checkpoint half way; goes on from one, and says which it was.</summary>
    static async Task<StepResult> Halfway(RunContext run, CancellationToken stop)
    {
        if (run.LastCheckpoint<JsonElement?>() is { } place)
            return StepResult.SuccessWith(Encoding.UTF8.GetBytes(place.GetRawText()));
        await run.Checkpoint(JsonElement.Parse("""{"page":7}"""));
        throw new InvalidOperationException("It is half way.");
    }

    /// <summary>Does not hear its stop until the test lets it go.</summary>
    async Task<StepResult> Deaf(RunContext run, CancellationToken stop)
    {
        await release.Task;
        return StepResult.Success;
    }

    /// <summary>Lets everything of the kind `deaf` end, and of the kind `paging` go on, and what a `leak` holds be gone.</summary>
    public void Release() => release.TrySetResult();

    /// <summary>Writes what no command would: a damaged disk does not ask either.</summary>
    public Task BreakStore(string sql)
    {
        using var connection = Storage.Sqlite.Engine.Connection.OpenWriter(Path.Combine(folder, "rein.db"));
        connection.Run(sql);
        return Task.CompletedTask;
    }

    /// <summary>As an operator would, while clients are connected.</summary>
    public Task Stop() => server.Stop(Cancel);

    public ReinClient Connect(string key)
    {
        var http = new HttpClient(new HeldToDocument(dialectsAsSaid)) { BaseAddress = new(server.Url), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return new(http);
    }

    public async Task<ReinClient> ConnectWith(params string[] scopes) =>
        Connect((await Client.CreateKey(new() { Name = "of a test", Scopes = scopes }, Cancel)).Key!);

    /// <summary>A client of another organization, with every scope.</summary>
    public async Task<ReinClient> ConnectForeign()
    {
        var organization = await stores.Keys.CreateOrganization("other" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), Cancel);
        var prefix = RandomNumberGenerator.GetHexString(12, lowercase: true);
        var secret = RandomNumberGenerator.GetHexString(64, lowercase: true);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(secret));
        var now = TimeProvider.System.GetUtcNow();
        await stores.Keys.Create(new(Guid.CreateVersion7(now), organization, "foreign", prefix, hash, Scopes.All, now), null, Cancel);
        return Connect($"rein_{prefix}_{secret}");
    }

    /// <summary>Sends what the client would not, with the first key.</summary>
    public Task<HttpResponseMessage> Send(HttpMethod method, string path, string? body = null, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        change?.Invoke(request);
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    /// <summary>A workflow of one step of a kind, under a name of its own.</summary>
    public async Task<string> Save(string kind, string? more = null)
    {
        var name = "w" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        await Client.SaveWorkflow(name, Graph(kind, more), cancel: Cancel);
        return name;
    }

    public static JsonElement Graph(string kind, string? more = null) => JsonElement.Parse(
        $$"""{ "nodes": { "root": { "type": "manual", "children": ["work"] }, "work": { "type": "{{kind}}" {{more}} } } }""");

    /// <summary>A run whose step a worker executes by now.</summary>
    public async Task<RunDocument> StartAndBegin(string kind, string? more = null)
    {
        var run = await Client.StartInline(new() { Definition = Graph(kind, more) }, cancel: Cancel);
        await foreach (var change in Client.Watch(run.Id, cancel: Cancel))
            if (change.Lines.Any(line => line.Kind == "step_assigned"))
                break;
        return run;
    }

    /// <summary>A run that has collected these items, a JSON array, and is over with its account.</summary>
    public async Task<RunDocument> Collected(string items)
    {
        var run = await Client.StartInline(new() { Definition = Graph("emit", $$""", "payload": { "emits": {{JsonSerializer.Serialize(items)}} }""") }, cancel: Cancel);
        using var export = await Client.ReadExport(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel);
        return await Client.ReadRun(run.Id, cancel: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Release();
        await stopTaking.CancelAsync();
        await working;
        Client.Dispose();
        Http.Dispose();
        await server.Stop(CancellationToken.None);
        await server.DisposeAsync();
        worker.Dispose();
        await stores.DisposeAsync();
        stopTaking.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
