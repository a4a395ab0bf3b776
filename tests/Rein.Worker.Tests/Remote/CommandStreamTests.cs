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

    [Fact]
    public async Task A_request_for_the_stream_that_nobody_answers_is_given_up_after_three_heartbeats_of_silence_and_made_again()
    {
        var asked = 0;
        using var channel = new WireByHand((request, givenUp) =>
        {
            if (request.Method == HttpMethod.Post)
                return WireByHand.Say(201, $$"""{"session":"{{Guid.Empty}}","heartbeatMs":20,"leaseMs":60,"former":[]}""", "application/json");
            if (Interlocked.Increment(ref asked) > 1)
                return asked == 2 ? WireByHand.Events(Stop) : WireByHand.Refuse(404, ProblemCodes.SessionNotFound);
            Assert.True(givenUp.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "It waits for ever.");
            throw new OperationCanceledException(givenUp);
        }).Channel();
        await channel.Open(new("w", null, ["it"], 1), Patience);

        var frames = new List<CommandFrame>();
        await foreach (var frame in channel.Commands(Guid.Empty, Patience))
            frames.Add(frame);

        Assert.IsType<StopFrame>(Assert.Single(frames));
    }

    [Fact]
    public async Task A_frame_in_the_answer_to_a_heartbeat_that_cannot_be_read_keeps_no_other_from_being_taken()
    {
        string[] frames = ["""{"type":"assign","try":1.5}""", Stop, "7", """{"type":"stop","attempt":[]}""", """{"type":"later","wants":1}""", Stop];
        using var channel = new WireByHand(_ => WireByHand.Say(200, $$"""{"isOpen":true,"outstanding":[{{string.Join(',', frames)}}]}""", "application/json")).Channel();

        var answer = await channel.Beat(Guid.Empty, new([]), Patience);

        Assert.True(answer.IsOpen);
        Assert.Equal(2, answer.Outstanding.Count);
        Assert.All(answer.Outstanding, frame => Assert.Equal(5, Assert.IsType<StopFrame>(frame).KillInMs));
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("1e30")]
    [InlineData("-5")]
    public async Task A_duration_that_no_clock_counts_is_as_long_as_the_longest_that_it_does(string ms)
    {
        string[] frames = ["""{"type":"stop","killInMs":MS}""", """{"type":"drain","handBackInMs":MS}""", """{"type":"assign","timeoutMs":MS,"graceMs":MS,"deadlineMs":MS}"""];
        using var channel = new WireByHand(_ => WireByHand.Say(
            200, $$"""{"isOpen":true,"outstanding":[{{string.Join(',', frames).Replace("MS", ms, StringComparison.Ordinal)}}]}""", "application/json")).Channel();

        var said = (await channel.Beat(Guid.Empty, new([]), Patience)).Outstanding;

        var (stop, drain, assign) = (Assert.IsType<StopFrame>(said[0]), Assert.IsType<DrainFrame>(said[1]), Assert.IsType<AssignFrame>(said[2]));
        Assert.All(new[] { stop.KillInMs, assign.GraceMs, assign.DeadlineMs!.Value }, one => Assert.True(TimeSpan.FromMilliseconds(one) >= TimeSpan.Zero));
        foreach (var one in new[] { drain.HandBackInMs!.Value, assign.TimeoutMs!.Value })
            await TimeProvider.System.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(one), Timeout.InfiniteTimeSpan).DisposeAsync();
    }

    [Fact]
    public async Task A_note_that_is_too_long_is_cut_where_it_is_sent_so_that_its_batch_is_taken()
    {
        var body = "";
        using var channel = new WireByHand(request =>
        {
            using var text = new StreamReader(request.Content!.ReadAsStream());
            body = text.ReadToEnd();
            return WireByHand.Say(200, """{"answers":[{"status":"accepted"}]}""", "application/json");
        }).Channel();

        await channel.Report(Guid.Empty, [new ProgressReport(new(Guid.Empty, "work", 1), 1, 0.5, new string('x', ProgressReport.MaxNote - 1) + "\U0001F600" + "more")], Patience);

        Assert.Contains($"\"{new string('x', ProgressReport.MaxNote - 1)}\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_for_whoever_stands_in_front_of_the_server_is_refused_and_not_said_again_as_it_is()
    {
        using var channel = new WireByHand(_ => WireByHand.Say(413, "<html>413 Request Entity Too Large</html>", "text/html")).Channel();

        var refused = await Assert.ThrowsAsync<ReinException>(() => channel.Report(Guid.Empty, [new HeardReport(new(Guid.Empty, "work", 1))], Patience));

        Assert.Equal((ProblemCodes.BodyTooLarge, 413), (refused.Code, refused.Status));
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
