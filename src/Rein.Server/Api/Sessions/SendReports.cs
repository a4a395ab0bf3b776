using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

static class SendReports
{
    public static void MapSendReports(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/sessions/{session}/reports", Handle).Needs(Scopes.Work).Takes<ReportBatch>()
            .Says("Takes what a worker reports of its attempts: in order per attempt, with an answer each. Every report may be repeated.");

    static async Task<Results<Ok<ReportAnswerList>, Refusal>> Handle(
        HttpContext http, SessionId session, Query query, Caller caller, Engine engine, TimeProvider time, CancellationToken cancel)
    {
        var arrived = time.GetTimestamp();
        using var room = engine.Reports.TryTake(caller, Body.Said(http, Body.Batch));
        if (room is null)
            return Full;
        var body = await Body.Read(http, Body.Batch, mends: true, refuses: Beyond(room));
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        if (ReportReader.RowsIn(body.Json) is > ReportBatch.MaxRows and var rows)
            return Refusal.Of(ProblemCodes.TooManyRows, $"It has {rows} rows, and may have {ReportBatch.MaxRows}.");
        var fields = new Fields(body);
        var reports = ReportReader.Read(fields);
        if (fields.Refusal is { } refusal)
            return refusal;
        var gateway = engine.Gateway(http, caller);
        if (await gateway.Find(session.Value, cancel) is null)
            return session.NotFound;
        // Until here it was read: what the reports say of how long ago something was counts from when they came.
        IReadOnlyList<Report> now = [.. reports.Select(report => report.Later(time.GetElapsedTime(arrived)))];
        // A caller who hangs up does not take back what he said.
        var answers = await gateway.Report(session.Value, now, CancellationToken.None);
        return TypedResults.Ok(new ReportAnswerList { Answers = [.. answers.Zip(reports, ToDocument)] });
    }

    /// <summary>A body that does not say how long it is takes room as it comes.</summary>
    public static Func<long, Refusal?> Beyond(BatchRoom.Share room) => length => room.Reaches(length) ? null : Full;

    public static Refusal Full { get; } = Refusal.Of(ProblemCodes.TooManyBatches).After(TimeSpan.FromSeconds(1));

    static ReportAnswerDocument ToDocument(ReportAnswer answer, Report report) => new()
    {
        Status = answer.Status switch
        {
            ReportStatus.Accepted => "accepted",
            ReportStatus.Fenced => "fenced",
            ReportStatus.Unknown => "unknown",
            ReportStatus.Refused => "refused",
            _ => "retry",
        },
        Code = answer.Status switch
        {
            ReportStatus.Accepted => null,
            ReportStatus.Fenced => ProblemCodes.AttemptFenced,
            ReportStatus.Unknown => ProblemCodes.AttemptNotFound,
            ReportStatus.Refused when report is CheckpointReport { Value.Length: > CheckpointReport.MaxBytes } => ProblemCodes.CheckpointTooLarge,
            ReportStatus.Refused => ProblemCodes.BadField,
            _ => ProblemCodes.StoreUnavailable,
        },
        HaveUpTo = answer.HaveUpTo > 0 ? answer.HaveUpTo : null,
        IsStopping = answer.IsStopping ? true : null,
    };
}
