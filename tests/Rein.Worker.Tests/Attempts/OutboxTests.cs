using System.Runtime.CompilerServices;
using Rein.Protocol.Workers;
using Rein.Worker.Ladder;
using Rein.Worker.Reporting;

namespace Rein.Worker.Tests.Attempts;

public sealed class OutboxTests
{
    [Fact]
    public async Task How_long_ago_it_was_is_said_anew_with_every_try_of_a_report()
    {
        await using var server = new ServerByHand(new StopThread(), "quick", (_, _) => Task.FromResult(StepResult.Success)) { Losing = 2 };

        server.Assign("quick");
        await server.Next();

        var ages = server.Sent.Select(batch => ((EndedReport)batch.Single()).BeganAgoMs!.Value).ToArray();
        Assert.Equal(3, ages.Length);
        // The outbox pauses 50 ms, then 100.
        Assert.True(ages[1] - ages[0] > 40 && ages[2] - ages[1] > 80, string.Join(", ", ages));
    }

    [Fact]
    public async Task What_could_not_be_committed_is_said_again_before_anything_else_of_its_attempt_and_holds_up_no_other()
    {
        AttemptRef first = ServerByHand.Name(), second = ServerByHand.Name();
        Outbox? outbox = null;
        var server = new Taker((batch, times) =>
        {
            if (times == 1)
            {
                // While its end is under way: the rest of it has ended, and somebody else says something.
                outbox!.Add(new ProveReport(first, AttemptProof.Clean));
                outbox.Add(new HeardReport(second));
                outbox.Complete();
            }
            return [.. batch.Select(report => new ReportAnswer(times < 3 && report.Attempt == first ? ReportStatus.Retry : ReportStatus.Accepted))];
        });
        outbox = new(server, TimeProvider.System);
        var answers = new List<ReportStatus>();
        outbox.Add(new HeardReport(first), answer => answers.Add(answer.Status));
        outbox.Add(new EndedReport(first, AttemptOutcome.Stopped, AttemptProof.Clean));

        await outbox.Run(Guid.Empty, ServerByHand.Patience);

        string[] expected = ["Heard Ended", "Heard Heard", "Heard", "Ended", "Prove"];
        Assert.Equal(expected, server.Said);
        Assert.Equal([ReportStatus.Accepted], answers);
    }

    /// <summary>The end of a channel that takes reports and nothing else.</summary>
    sealed class Taker(Func<IReadOnlyList<Report>, int, IReadOnlyList<ReportAnswer>> answer) : IWorkerChannel
    {
        /// <summary>The types of each batch.</summary>
        public List<string> Said { get; } = [];

        public Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel)
        {
            Said.Add(string.Join(' ', reports.Select(report => report.GetType().Name.Replace("Report", "", StringComparison.Ordinal))));
            return Task.FromResult(answer(reports, Said.Count));
        }

        public Task<SessionOpened> Open(OpenSession request, CancellationToken cancel) => throw new InvalidOperationException("There is no session.");

        public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel) => throw new InvalidOperationException("There is no session.");

        public Task Close(Guid session, CancellationToken cancel) => Task.CompletedTask;
    }
}
