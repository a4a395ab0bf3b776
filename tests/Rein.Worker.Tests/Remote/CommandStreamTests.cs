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
