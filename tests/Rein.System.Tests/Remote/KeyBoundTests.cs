using System.Net;
using System.Net.Sockets;
using System.Text;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Sessions;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>What the workers of one key may have of a node, so that none of them takes all of it.</summary>
public sealed class KeyBoundTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_key_has_as_many_sessions_as_it_may_have_and_no_more_while_others_open_theirs()
    {
        var created = await server.Client.CreateKey(new() { Name = "many", Scopes = ["work"] }, Cancel);
        using var many = server.Connect(created.Key!);
        using var another = await server.ConnectWith("work");
        var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
        var now = TimeProvider.System.GetUtcNow();
        Session[] sessions = [.. Enumerable.Range(0, WorkerGateway.MostSessions).Select(i => new Session(Guid.CreateVersion7(now), organization, $"many-{i}", "many", ["hold"], 1, now))];
        foreach (var session in sessions)
            server.Sessions.Add(new LiveSession(session) { Key = created.Id });

        await Refused.With(ProblemCodes.TooManySessions, () => many.OpenSession(new("one more", "many", ["hold"], 1), Cancel));
        await another.OpenSession(new("of another key", "many", ["hold"], 1), Cancel);
        // One that it replaces makes room for itself.
        await many.OpenSession(new("many-0", "many", ["hold"], 1), Cancel);
        server.Sessions.End(sessions[0].Id);
        server.Sessions.End(sessions[1].Id);
        await many.OpenSession(new("one more", "many", ["hold"], 1), Cancel);
        foreach (var session in sessions)
            server.Sessions.End(session.Id);
    }

    [Fact]
    public async Task A_key_whose_reports_take_all_its_room_is_refused_more_of_them_until_they_are_answered_and_beats_all_the_same()
    {
        var created = (await server.Client.CreateKey(new() { Name = "large", Scopes = ["work"] }, Cancel)).Key!;
        using var large = server.Connect(created);
        using var another = await server.ConnectWith("work");
        var session = (await large.OpenSession(new("large", "large", ["hold"], 1), Cancel)).Session;
        var others = (await another.OpenSession(new("others", "large", ["hold"], 1), Cancel)).Session;
        var size = 16 << 20;
        TcpClient[] unfinished = [.. Enumerable.Range(0, (int)(BatchRoom.Most / size)).Select(_ => new TcpClient())];
        foreach (var connection in unfinished)
            await Begin(connection, $"/v1/sessions/{session}/reports", created, $"Content-Length: {size}\r\n\r\n ");

        // Each is counted as soon as its head is read.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await Send() is null)
            patience.Token.ThrowIfCancellationRequested();
        Assert.Equal(ProblemCodes.TooManyBatches, await Send());
        using var grows = new TcpClient();
        await Begin(grows, $"/v1/sessions/{session}/reports", created, "Transfer-Encoding: chunked\r\n\r\n1\r\n \r\n");
        Assert.Equal("HTTP/1.1 429 Too Many Requests", await FirstLine(grows));
        Assert.True((await large.Beat(session, new([]), Cancel)).IsOpen);
        Assert.Single(await another.SendReports(others, [Nothing], Cancel));

        foreach (var connection in unfinished)
            connection.Dispose();
        while (await Send() is not null)
            patience.Token.ThrowIfCancellationRequested();

        async Task<string?> Send()
        {
            try
            {
                await large.SendReports(session, [Nothing], Cancel);
                return null;
            }
            catch (ReinException refused)
            {
                return refused.Code;
            }
        }
    }

    [Theory]
    [InlineData("reports")]
    [InlineData("heartbeat")]
    public async Task A_body_that_does_not_say_how_long_it_is_takes_as_much_room_as_has_come_of_it(string what)
    {
        var created = (await server.Client.CreateKey(new() { Name = "chunked", Scopes = ["work"] }, Cancel)).Key!;
        using var chunked = server.Connect(created);
        var session = (await chunked.OpenSession(new("chunked", "chunked", ["hold"], 1), Cancel)).Session;
        TcpClient[] unfinished = [.. Enumerable.Range(0, 20).Select(_ => new TcpClient())];
        foreach (var connection in unfinished)
        {
            await Begin(connection, $"/v1/sessions/{session}/{what}", created, "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
            // Said when the body is about to be read.
            Assert.Equal("HTTP/1.1 100 Continue", await FirstLine(connection));
        }
        foreach (var connection in unfinished)
            connection.Dispose();
    }

    async Task Begin(TcpClient connection, string path, string key, string rest)
    {
        await connection.ConnectAsync(IPAddress.Loopback, new Uri(server.Url).Port, Cancel);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: rein.test\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n{rest}"), Cancel);
    }

    static async Task<string?> FirstLine(TcpClient connection)
    {
        using var reader = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
    }

    static HeardReport Nothing { get; } = new(new(Guid.Empty, "work", 1));
}
