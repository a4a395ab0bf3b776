using Rein.System.Tests.Host;

namespace Rein.System.Tests.Api.Document;

/// <summary>Sends malformed requests to a server and looks what becomes of them, and of what is stored.</summary>
sealed class MalformedTrial(TestServer server, Manner manner, ITestOutputHelper output)
{
    /// <summary>So often those who are to stay connected are heard from.</summary>
    const int BetweenBeats = 500;

    public Func<Task> Beat { get; init; } = () => Task.CompletedTask;

    readonly Random random = new(Seed(output));

    static int Seed(ITestOutputHelper output)
    {
        var seed = Environment.GetEnvironmentVariable("REIN_SEED") is { } said ? int.Parse(said, provider: null) : Environment.ProcessId;
        output.WriteLine($"seed {seed}: REIN_SEED={seed} repeats it");
        return seed;
    }

    /// <summary>Each of them is refused, every operation has some, and nothing is changed.</summary>
    public async Task Run(int count)
    {
        var operations = await ApiDocument.Read(server, manner.Document);
        var requests = new MalformedRequests(operations, manner, server.Key, random);
        var (wrong, tried) = (new List<string>(), new HashSet<string>());
        var before = await StoreDigest.Of(server);
        for (var i = 0; i < count; i++)
        {
            if (i % BetweenBeats == 0)
                await Beat();
            var malformed = requests.Next();
            tried.Add(malformed.Operation.ToString());
            await Try(malformed, wrong);
        }
        wrong.AddRange((await StoreDigest.Of(server)).Except(before).Select(table => $"changed: {table}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct().TakeLast(20)));
        Assert.Equal(operations.Count, tried.Count);
    }

    /// <summary>They may be taken too, and change something; but nothing breaks.</summary>
    public async Task RunOdd(int count)
    {
        var requests = new MalformedRequests(await ApiDocument.Read(server, manner.Document), manner, server.Key, random);
        var wrong = new List<string>();
        for (var i = 0; i < count; i++)
            if (requests.NextOdd() is { } odd)
                await Try(odd, wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Distinct().Take(20)));
    }

    async Task Try(Malformed malformed, List<string> wrong)
    {
        using var request = malformed.Make();
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestServer.Cancel);
        var fault = (int)response.StatusCode switch
        {
            < 300 when malformed.MayPass => null,
            < 400 or >= 500 => "",
            _ => await manner.FaultOf(response),
        };
        if (fault is not null)
            wrong.Add($"{malformed.Operation}, {malformed.Way}: {(int)response.StatusCode} as {response.Content.Headers.ContentType} {fault}");
    }
}
