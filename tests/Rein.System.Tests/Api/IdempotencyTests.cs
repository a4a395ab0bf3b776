using System.Net;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class IdempotencyTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task The_same_request_under_the_same_key_is_the_same_run()
    {
        var name = await server.Save("hold");
        var first = await server.Client.Start(name, new() { Priority = 1 }, "order-1", Cancel);
        var again = await server.Send(HttpMethod.Post, $"/v1/workflows/{name}/runs", """{"priority":1}""", r => r.Headers.Add("Idempotency-Key", "order-1"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal($"/v1/runs/{first.Id}", again.Headers.Location?.ToString());
        Assert.Single((await server.Client.ListRuns(new() { Workflow = name }, Cancel)).Runs);
    }

    [Fact]
    public async Task A_repeated_key_answers_with_the_stopped_run_and_starts_no_other()
    {
        var name = await server.Save("hold");
        var first = await server.Client.Start(name, idempotencyKey: "stopped-1", cancel: Cancel);
        await server.Client.Stop(first.Id, new() { Force = true }, cancel: Cancel);
        var again = await server.Client.Start(name, idempotencyKey: "stopped-1", cancel: Cancel);
        Assert.Equal((first.Id, "stopped"), (again.Id, again.State));
    }

    [Fact]
    public async Task Another_request_under_the_same_key_is_refused()
    {
        var name = await server.Save("hold");
        await server.Client.Start(name, new() { Priority = 1 }, "order-2", Cancel);
        await Refused.With(ProblemCodes.IdempotencyKeyReused, () => server.Client.Start(name, new() { Priority = 2 }, "order-2", Cancel));
        var other = await server.Save("hold");
        await Refused.With(ProblemCodes.IdempotencyKeyReused, () => server.Client.Start(other, new() { Priority = 1 }, "order-2", Cancel));
    }

    [Fact]
    public async Task A_key_of_another_organization_is_another_key()
    {
        var name = await server.Save("hold");
        var first = await server.Client.Start(name, idempotencyKey: "shared", cancel: Cancel);
        using var foreign = await server.ConnectForeign();
        await foreign.SaveWorkflow(name, Graph("hold"), cancel: Cancel);
        Assert.NotEqual(first.Id, (await foreign.Start(name, idempotencyKey: "shared", cancel: Cancel)).Id);
    }

    [Fact]
    public async Task A_batch_repeated_under_its_key_starts_nothing_more()
    {
        var name = await server.Save("hold");
        var first = await server.Client.StartBatch(name, [new(), new()], "batch", Cancel);
        var again = await server.Client.StartBatch(name, [new(), new()], "batch", Cancel);
        Assert.All(again.Runs, run => Assert.Equal("repeated", run.Answer));
        Assert.Equal(first.Runs.Select(run => run.RunId), again.Runs.Select(run => run.RunId));
        var other = await server.Client.StartBatch(name, [new() { Priority = 1 }], "batch", Cancel);
        Assert.Equal("key_reused", Assert.Single(other.Runs).Answer);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData(null)]
    public async Task A_key_that_cannot_be_used_is_refused(string? key)
    {
        var name = await server.Save("hold");
        var response = await server.Send(HttpMethod.Post, $"/v1/workflows/{name}/runs", "{}",
            request => request.Headers.TryAddWithoutValidation("Idempotency-Key", key ?? new string('k', 201)));
        await Refused.With(ProblemCodes.BadIdempotencyKey, response);
        Assert.Empty((await server.Client.ListRuns(new() { Workflow = name }, Cancel)).Runs);
    }
}
