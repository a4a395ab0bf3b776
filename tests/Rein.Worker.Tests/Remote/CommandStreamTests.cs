using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;

namespace Rein.Worker.Tests.Remote;

/// <summary>Only the server ends a session; whatever else comes instead of frames, the stream is opened again.</summary>
public sealed class CommandStreamTests
{
    const string Stop = """{"type":"stop","attempt":{"run":"01990000-0000-7000-8000-000000000001","step":"work","fence":1},"killInMs":5,"origin":"manual","reason":""}""";

    static CancellationToken Patience => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [Fact]
    public async Task A_404_of_somebody_who_is_no_server_of_ours_does_not_end_the_session() =>
        Assert.Equal(
            ["stop"],
            await FramesOf(
                WireByHand.Say(404, "<html>No such host.</html>", "text/html"),
                WireByHand.Refuse(404, "run_not_found"),
                WireByHand.Say(404, "{}", Problem.MediaType),
                WireByHand.Events(Stop),
                WireByHand.Refuse(404, ProblemCodes.SessionNotFound)));

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"type":"assign","try":1.5}""")]
    [InlineData("""{"type":"stop","killInMs":"soon"}""")]
    [InlineData("""{"type":"stop","attempt":{"run":"nobody's"}}""")]
    public async Task What_is_no_frame_ends_neither_the_process_nor_the_session(string data) =>
        Assert.Equal(["stop"], await FramesOf(WireByHand.Events(data), WireByHand.Events(Stop), WireByHand.Refuse(404, ProblemCodes.SessionNotFound)));

    [Theory]
    [InlineData(401, ProblemCodes.Unauthenticated)]
    [InlineData(403, ProblemCodes.MissingScope)]
    [InlineData(404, ProblemCodes.SessionNotFound)]
    public async Task A_key_that_was_revoked_ends_a_session_as_its_end_does(int status, string code)
    {
        Assert.Equal(["stop"], await FramesOf(WireByHand.Events(Stop), WireByHand.Refuse(status, code)));

        using var channel = new WireByHand(_ => WireByHand.Refuse(status, code)).Channel();
        Assert.False((await channel.Beat(Guid.Empty, new([]), Patience)).IsOpen);
        Report[] reports = [new HeardReport(new(Guid.Empty, "work", 1)), new HeardReport(new(Guid.Empty, "work", 2))];
        Assert.All(await channel.Report(Guid.Empty, reports, Patience), answer => Assert.Equal(ReportStatus.Unknown, answer.Status));
        Assert.Equal(2, (await channel.Report(Guid.Empty, reports, Patience)).Count);
        await channel.Close(Guid.Empty, Patience);
        Assert.Equal(code, (await Assert.ThrowsAsync<ReinException>(() => channel.Open(new("w", null, ["it"], 1), Patience))).Code);
    }

    static async Task<IReadOnlyList<string>> FramesOf(params HttpResponseMessage[] answers)
    {
        var next = 0;
        using var channel = new WireByHand(_ => answers[Interlocked.Increment(ref next) - 1]).Channel();
        var frames = new List<string>();
        await foreach (var frame in channel.Commands(Guid.Empty, Patience))
            frames.Add(frame is StopFrame ? "stop" : $"{frame}");
        Assert.Equal(answers.Length, next);
        return frames;
    }
}
