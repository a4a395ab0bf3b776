using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Items;

namespace Rein.Server.Api.Views;

/// <summary>What a receipt is put together from.</summary>
sealed record ReceiptRows(
    IReadOnlyList<ArchivedAttempt> Attempts, IReadOnlyList<AnsweredStop> Requests, IReadOnlyList<HashedEntry> Entries)
{
    /// <summary>Only what a command had at hand: for the answer to a stop whose rows cannot be read back.</summary>
    public static ReceiptRows Of(Run run) =>
        new([.. run.Steps.Values.Where(step => step.Attempt is not null).Select(step => new ArchivedAttempt(step.Id, step.Attempt!))], [], []);
}

/// <summary>The receipt of a stop: a view over the run's head, its attempts, requests and entries.</summary>
static class Receipts
{
    public static ReceiptDocument Of(Run run, StopRequest stop, ReceiptRows rows, ExportView? export, DateTimeOffset now) => new()
    {
        RunId = run.Id,
        State = Names.Of(run.State),
        Origin = Names.Of(stop.Origin),
        IsManual = stop.IsManual(),
        Actor = stop.Actor,
        Reason = stop.Reason,
        GraceSeconds = stop.Grace.TotalSeconds,
        Fence = Names.Of(stop.Fence),
        Force = stop.Force,
        RequestedAt = stop.RequestedAt,
        GraceEndsAt = stop.GraceEndsAt,
        EscalatesAt = stop.EscalateAt,
        SignalledAt = stop.SignalledAt,
        HeardAt = stop.HeardAt,
        FencedAt = stop.FencedAt,
        EndedAt = run.EndedAt,
        ProvedAt = ProvedAt(run, rows.Entries),
        Rung = run.Unproved > 0 ? null : Names.Of(rows.Attempts.Max(held => held.Attempt.Proof?.Rung)),
        Verdict = run.HasEnded ? Names.Of(run.Verdict) : null,
        Unproved = run.Unproved,
        Requests = [.. rows.Requests.Select(ToDocument)],
        Attempts = [.. rows.Attempts.Select(held => held.Attempt.ToDocument(held.Step))],
        Usage = RunViews.UsageOf(run),
        Manifest = ManifestOf(run, export),
        Entries = [.. rows.Entries.Select(ToDocument)],
        Progress = Progress.Of(run, stop, rows.Attempts, now),
    };

    static DateTimeOffset? ProvedAt(Run run, IReadOnlyList<HashedEntry> entries)
    {
        if (!run.HasEnded || run.Unproved > 0)
            return null;
        return entries.FirstOrDefault(line => line.Entry.Unproved == 0)?.Entry.At ?? run.EndedAt;
    }

    static ManifestDocument? ManifestOf(Run run, ExportView? export) => (export ?? ExportView.Of(run))?.Manifest is { } manifest
        ? new()
        {
            Items = manifest.Items,
            Distinct = manifest.Distinct,
            Bytes = manifest.Bytes,
            Sha256 = manifest.Sha256,
            IsIncomplete = run.IsIncomplete(),
            Formats = [.. ItemForms.Words.Keys.Order(StringComparer.Ordinal)],
        }
        : null;

    static StopRequestDocument ToDocument(AnsweredStop request) => new()
    {
        Number = request.Number,
        At = request.At,
        Origin = Names.Of(request.Origin),
        Actor = request.Actor,
        Reason = request.Reason,
        GraceSeconds = request.Grace.TotalSeconds,
        Fence = Names.Of(request.Fence),
        Force = request.Force,
        Answer = Names.Of(request.Answer),
    };

    static ReceiptEntryDocument ToDocument(HashedEntry line) => new()
    {
        Number = line.Number,
        Kind = Names.Of(line.Entry.Kind),
        At = line.Entry.At,
        Verdict = Names.Of(line.Entry.Verdict),
        Unproved = line.Entry.Unproved,
        Step = line.Entry.Step,
        Sha256 = Convert.ToHexStringLower(line.Hash.AsSpan()),
    };
}
