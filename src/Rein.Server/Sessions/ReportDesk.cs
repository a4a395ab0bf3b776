using System.Collections.Immutable;
using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Commits;
using Rein.Server.Dispatch;
using Rein.Server.Drills;
using Rein.Server.Items;
using Rein.Server.Live;

namespace Rein.Server.Sessions;

/// <summary>Takes workers' reports: each becomes a command, or an append under its fence, and is answered after its commit.</summary>
sealed class ReportDesk(RunCommands commands, CapacityBook capacity, RunFeed feed, ISessionStore sessions, DrillWatch drills)
{
    static readonly Task<ReportAnswer> s_unknown = Task.FromResult(new ReportAnswer(ReportStatus.Unknown));

    /// <summary>From here on the desk answers for what the session never sent to its worker.</summary>
    public LiveSession Attend(LiveSession session)
    {
        session.NeverSent += attempt =>
            _ = Take(session.Organization, session, [new EndedReport(attempt, AttemptOutcome.NotStarted, AttemptProof.Clean)]);
        return session;
    }

    public void PokeClaims() => commands.PokeClaims();

    /// <summary>All are submitted before the first is awaited: one batch of reports is one commit, in its order per attempt.</summary>
    public async Task<IReadOnlyList<ReportAnswer>> Take(Guid? organization, LiveSession? session, IReadOnlyList<Report> reports)
    {
        drills.Take(reports);
        var own = organization is { } id ? await Own(id, session, reports) : null;
        var submitted = new Task<ReportAnswer>[reports.Count];
        for (var i = 0; i < submitted.Length; i++)
            submitted[i] = own?.Contains(reports[i].Attempt) is false ? s_unknown : Take(organization, session, reports[i]);
        var answers = await Task.WhenAll(submitted);
        if (capacity.IsWorthClaiming)
            commands.PokeClaims();
        return answers;
    }

    /// <summary>
    /// A remote session speaks for what its worker was handed; only the embedded worker's end is trusted to know its attempts. What it does not hold any
    /// more, because the report is said again or the session is a later one, the rows know. They are asked before anything is submitted: an answer that
    /// comes sooner than another must not change the order of two reports.
    /// </summary>
    async Task<HashSet<AttemptRef>> Own(Guid organization, LiveSession? session, IReadOnlyList<Report> reports)
    {
        var own = new HashSet<AttemptRef>();
        if (session is null)
            return own;
        var others = new HashSet<AttemptRef>();
        foreach (var report in reports)
            (session.HoldsOwn(report.Attempt) ? own : others).Add(report.Attempt);
        if (others.Count > 0)
            own.UnionWith((await sessions.Handed(
                organization, session.Worker, [.. others.Select(other => new HeldAttempt(other.Run, other.Step, other.Fence, session.Id))], CancellationToken.None)).Select(SessionRows.RefOf));
        return own;
    }

    /// <summary>
    /// What its worker was never told of, for all that is known: it goes back, and counts as no try. What is closed meanwhile is proved by nobody but the worker.
    /// </summary>
    public async Task HandBack(Guid? organization, LiveSession session, IReadOnlyList<AttemptRef> attempts)
    {
        await Task.WhenAll(attempts.Select(attempt => HandBack(organization, session, attempt)));
        if (attempts.Count > 0 && capacity.IsWorthClaiming)
            commands.PokeClaims();
    }

    async Task HandBack(Guid? organization, LiveSession session, AttemptRef attempt)
    {
        try
        {
            if ((await Submit(organization, new ReturnAttempt(attempt.Run, attempt.Step, attempt.Fence, Proof.Nothing))).Status is ReportStatus.Accepted)
                session.LetGo(attempt);
        }
        catch (CommitException)
        {
            // The next heartbeat that does not show it tries again.
        }
    }

    /// <summary>One that cannot be committed is said again later; it must not hold back the others of its batch.</summary>
    async Task<ReportAnswer> Take(Guid? organization, LiveSession? session, Report report)
    {
        try
        {
            return await Decide(organization, session, session?.Masked(report) ?? report);
        }
        catch (CommitException)
        {
            return new(ReportStatus.Retry);
        }
    }

    Task<ReportAnswer> Decide(Guid? organization, LiveSession? session, Report report) => report switch
    {
        ItemsReport items => Append(organization, new(AppendKind.Item, items.Attempt.Run, items.Attempt.Step, items.Attempt.Fence, items.FirstSeq, [.. items.Rows.Select(row => ItemLine.Of(WireJson.Mended(row)))])),
        LogsReport logs => Append(organization, new(AppendKind.Log, logs.Attempt.Run, logs.Attempt.Step, logs.Attempt.Fence, logs.FirstSeq, [.. logs.Rows])),
        UsageReport usage => Meter(organization, usage),
        ProgressReport progress => Append(organization, Marks.Of(progress)),
        CheckpointReport checkpoint => Marks.IsSound(checkpoint) ? Append(organization, Marks.Of(checkpoint)) : Task.FromResult(new ReportAnswer(ReportStatus.Refused)),
        HeardReport heard => Submit(organization, new HearStop(heard.Attempt.Run, heard.Attempt.Step, heard.Attempt.Fence, Reports.Ago(heard.AgoMs))),
        EndedReport ended => End(organization, session, ended),
        ReturnedReport returned => Return(organization, session, returned),
        ProveReport prove => Prove(organization, session, prove),
        _ => throw new ArgumentOutOfRangeException(nameof(report)),
    };

    async Task<ReportAnswer> Append(Guid? organization, Append append)
    {
        var answer = await commands.Append(organization, append);
        feed.Publish(append.Run);
        return new(answer.IsFenced ? ReportStatus.Fenced : ReportStatus.Accepted, answer.HaveUpTo);
    }

    /// <summary>Whoever has used up a budget is told with the answer that its stop is on its way.</summary>
    async Task<ReportAnswer> Meter(Guid? organization, UsageReport usage)
    {
        var (run, step, fence) = usage.Attempt;
        var committed = await commands.Submit(organization, new ReportUsage(run, step, fence, Reports.Amount(usage.MicroCredits)));
        var isStopping = committed.Run is { IsCleaningUp: false } now && (now.IsStopping || now.Budget?.RunsOutAt <= now.ChangedAt);
        return new(Reports.StatusOf(committed), IsStopping: isStopping);
    }

    async Task<ReportAnswer> End(Guid? organization, LiveSession? session, EndedReport ended)
    {
        var (run, step, fence) = ended.Attempt;
        var proof = Reports.ToCore(ended.Proof);
        Lose(session, ended.Attempt, proof);
        var answer = await Submit(organization, new EndAttempt(
            run, step, fence, Reports.OutcomeOf(ended), proof, Reports.ResultOf(ended), Reports.ErrorOf(ended), Random.Shared.NextDouble())
        {
            BeganAgo = ended.BeganAgoMs is { } ms ? Reports.Ago(ms) : null,
        });
        if (answer.Status is ReportStatus.Fenced)
            // It came after the fence: it counts for nothing, but it is the proof.
            await Submit(organization, new ProveAttempt(run, step, fence, proof));
        LetGo(session, ended.Attempt, proof);
        return answer;
    }

    async Task<ReportAnswer> Return(Guid? organization, LiveSession? session, ReturnedReport returned)
    {
        var (run, step, fence) = returned.Attempt;
        var proof = Reports.ToCore(returned.Proof);
        Lose(session, returned.Attempt, proof);
        var answer = await Submit(organization, new ReturnAttempt(run, step, fence, proof));
        if (answer.Status is ReportStatus.Fenced)
            await Submit(organization, new ProveAttempt(run, step, fence, proof));
        LetGo(session, returned.Attempt, proof);
        return answer;
    }

    async Task<ReportAnswer> Prove(Guid? organization, LiveSession? session, ProveReport prove)
    {
        var (run, step, fence) = prove.Attempt;
        var proof = Reports.ToCore(prove.Proof);
        var committed = await commands.Submit(organization, new ProveAttempt(run, step, fence, proof));
        if (committed.Answer is Answer.Done or Answer.AlreadyDone)
            LetGo(session, prove.Attempt, proof);
        // It is open still: its end may be on its way, or its loss. Taken for proved now, nobody would be asked for it again.
        return new(committed.Answer is Answer.NotNow ? ReportStatus.Retry : Reports.StatusOf(committed));
    }

    async Task<ReportAnswer> Submit(Guid? organization, ICommand command)
    {
        var committed = await commands.Submit(organization, command);
        return new(Reports.StatusOf(committed));
    }

    /// <summary>Before the commit: whoever sees the run ended sees the place lost. What the worker says of it holds whatever becomes of the report.</summary>
    static void Lose(LiveSession? session, AttemptRef attempt, Proof proof)
    {
        if (!proof.IsComplete)
            session?.LosePlace(attempt);
    }

    /// <summary>The place is free when nothing of the attempt is left; until then its capacity counts as lost.</summary>
    static void LetGo(LiveSession? session, AttemptRef attempt, Proof proof)
    {
        if (proof.IsComplete)
            session?.LetGo(attempt);
    }
}
