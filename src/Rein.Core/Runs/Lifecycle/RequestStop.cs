using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>Somebody wants the run to end. What is not executing ends at once; what is, is asked to.</summary>
/// <param name="Grace">From 0 to the server's maximum; more is cut to it. Null takes the definition's, else 10 s. Ignored with <paramref name="Force"/>.</param>
public sealed record RequestStop(
    Guid Run, StopOrigin Origin, string Actor, string Reason, TimeSpan? Grace, FenceAt Fence, bool Force) : ICommand
{
    /// <summary>When the grace ends, by the store's clock: a child has what is left of its parent's. It stands in place of <see cref="Grace"/>.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A child of a run that skips its clean-up skips its own.</summary>
    public bool ParentSkipsCleanUp { get; init; }

    public Slice Slice(Definition definition) => Lifecycle.Slice.OpenSteps;

    public Decision Decide(Run run, DateTimeOffset now) => run switch
    {
        { HasEnded: true } => Answer.AlreadyEnded,
        _ when Force || Fence is FenceAt.Now || (run.IsCleaningUp && SkipsCleanUp) => FenceNow(new(run, now)),
        { IsStopping: true } => Tighten(new(run, now)),
        { IsCleaningUp: true } => JoinCleanUp(new(run, now)),
        _ => Ask(new(run, now)),
    };

    bool SkipsCleanUp => ParentSkipsCleanUp || Origin.SkipsCleanUp();

    /// <summary>Closes whatever rows there are and ends the run in this commit; the holders are told, for the proof.</summary>
    Decision FenceNow(Transition transition)
    {
        var answer = transition.Run.IsStopping ? Answer.Escalated : Answer.Stopped;
        Wish(transition);
        Record(transition, answer);
        transition.Set(run => run with { Stop = run.Stop! with { FencedAt = transition.Now } });
        transition.TellHolders(KillIn(transition));
        transition.Withdraw();
        transition.CloseAttempts();
        transition.Set(run => run with { Open = 0 });
        transition.Settle();
        return transition.Seal(answer);
    }

    /// <summary>The wish stands already: its deadline only moves earlier, and the holders are told again.</summary>
    Decision Tighten(Transition transition)
    {
        var answer = IsTighter(transition) ? Answer.Escalated : Answer.AlreadyStopping;
        Wish(transition);
        Record(transition, answer);
        if (!transition.Run.IsCleaningUp)
            transition.TellHolders(KillIn(transition));
        return transition.Seal(answer);
    }

    bool IsTighter(Transition transition)
    {
        var (run, stop) = (transition.Run, transition.Run.Stop!);
        return !run.IsCleaningUp
            && (transition.Now + GraceOf(transition) < stop.GraceEndsAt || (SkipsCleanUp && !stop.SkipsCleanUp && !run.Definition.CleanUp.IsEmpty));
    }

    /// <summary>The run is over but for its clean-up, which has a budget of its own; it ends as stopped.</summary>
    Decision JoinCleanUp(Transition transition)
    {
        Wish(transition);
        Record(transition, Answer.Asked);
        transition.TellChildren();
        return transition.Seal(Answer.Asked);
    }

    Decision Ask(Transition transition)
    {
        Wish(transition);
        transition.Withdraw();
        transition.TellHolders(KillIn(transition));
        transition.Settle();
        var answer = transition.Run.HasEnded ? Answer.Stopped : Answer.Asked;
        Record(transition, answer);
        return transition.Seal(answer);
    }

    void Wish(Transition transition)
    {
        var grace = GraceOf(transition);
        var ends = transition.Now + grace;
        var proof = transition.Run.Rules.ProofWindow;
        transition.Set(run => run with { Stop = run.Stop is { } first ? Sharpen(first, ends, proof) : First(transition.Now, grace, ends, proof) });
        transition.Add(new RunEvent(RunEventKind.StopRequested) { Origin = Origin, Actor = Actor, Reason = Reason, Until = transition.Run.Stop!.GraceEndsAt });
    }

    /// <summary>As it is answered: what executes nothing is not asked, it has ended.</summary>
    void Record(Transition transition, Answer answer) => transition.Record(
        new(transition.Run.Stop!.Requests, transition.Now, Origin, Actor, Reason, GraceOf(transition), Fence, Force, answer));

    StopRequest First(DateTimeOffset now, TimeSpan grace, DateTimeOffset ends, TimeSpan proof) => new()
    {
        Origin = Origin, Actor = Actor, Reason = Reason, Grace = grace, Fence = Fence, Force = Force,
        SkipsCleanUp = SkipsCleanUp, RequestedAt = now, GraceEndsAt = ends, EscalateAt = ends + proof,
    };

    StopRequest Sharpen(StopRequest first, DateTimeOffset ends, TimeSpan proof)
    {
        var earlier = ends < first.GraceEndsAt ? ends : first.GraceEndsAt;
        return first with
        {
            Requests = first.Requests + 1,
            GraceEndsAt = earlier,
            EscalateAt = earlier + proof < first.EscalateAt ? earlier + proof : first.EscalateAt,
            Fence = Fence is FenceAt.Now ? FenceAt.Now : first.Fence,
            Force = Force || first.Force,
            SkipsCleanUp = SkipsCleanUp || first.SkipsCleanUp,
            SinceByHand = Origin.IsByHand() || first.SinceByHand,
        };
    }

    TimeSpan GraceOf(Transition transition)
    {
        var run = transition.Run;
        var wanted = Until - transition.Now ?? Grace ?? run.Definition.StopGrace ?? Rules.DefaultGrace;
        return Force || wanted < TimeSpan.Zero ? TimeSpan.Zero : wanted < run.Rules.MaxGrace ? wanted : run.Rules.MaxGrace;
    }

    static TimeSpan KillIn(Transition transition)
    {
        var left = transition.Run.Stop!.GraceEndsAt - transition.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
