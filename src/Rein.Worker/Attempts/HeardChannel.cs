using System.Runtime.CompilerServices;
using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>The worker's channel, which tells when the server has answered: whatever it was, the two still reach each other.</summary>
sealed class HeardChannel(IWorkerChannel inner, Silence silence) : IWorkerChannel
{
    public bool IsInProcess => inner.IsInProcess;

    public async Task<SessionOpened> Open(OpenSession request, CancellationToken cancel)
    {
        var opened = await inner.Open(request, cancel);
        silence.AtLeast(TimeSpan.FromMilliseconds(opened.HeartbeatMs));
        silence.Answered();
        return opened;
    }

    public async IAsyncEnumerable<CommandFrame> Commands(Guid session, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var frame in inner.Commands(session, cancel))
        {
            silence.Answered();
            yield return frame;
        }
    }

    public async Task<IReadOnlyList<ReportAnswer>> Report(Guid session, IReadOnlyList<Report> reports, CancellationToken cancel)
    {
        var answers = await inner.Report(session, reports, cancel);
        silence.Answered();
        return answers;
    }

    public async Task<HeartbeatAnswer> Beat(Guid session, Heartbeat beat, CancellationToken cancel)
    {
        var answer = await inner.Beat(session, beat, cancel);
        silence.Answered();
        return answer;
    }

    public Task Close(Guid session, CancellationToken cancel) => inner.Close(session, cancel);
}
