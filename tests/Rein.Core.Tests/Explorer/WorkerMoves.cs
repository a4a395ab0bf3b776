using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>What happens on the workers and between them and the server. Frames and reports are lost, doubled, late and overtaken.</summary>
sealed class WorkerMoves(Scenario scenario, RunSpace[] spaces, Mutation mutation)
{
    public void From(World world, sbyte run, List<Next> next)
    {
        var lives = world.LivesOf(run);
        for (var slot = 0; slot < spaces[run].Slots.Count; slot++)
        {
            if (spaces[run].Handed(world.RunAt(run), slot) is not { } attempt)
                continue;
            Frames(world, run, slot, lives, next);
            Executes(world, run, slot, lives, next);
            Reports(world, run, slot, lives, next);
            if (attempt.IsOpen)
                Ask(world, run, slot, "lost", next);
        }
    }

    void Frames(World world, sbyte run, int slot, Lives lives, List<Next> next)
    {
        if (lives.Has(slot, InFlight.Assign))
            Arrive(world, run, slot, InFlight.Assign, "gets the assign", Assigned(lives, slot), next);
        if (lives.Has(slot, InFlight.Stop))
            Arrive(world, run, slot, InFlight.Stop, "gets the stop", Stopped(lives, slot), next);
    }

    void Arrive(World world, sbyte run, int slot, InFlight frame, string what, Lives after, List<Next> next)
    {
        var broken = after.At(slot) is Life.Executing && world.LivesOf(run).At(slot) is not Life.Executing && world.LivesOf(run).WasTold(slot)
            ? "nothing begins on a worker that was told to stop it (H7)"
            : null;
        Add(world, run, slot, what, after.Lose(slot, frame), next, broken);
        if (scenario.DoublesMessages)
            Add(world, run, slot, what, after, next, broken, ", and it will come again");
        if (scenario.LosesMessages)
            Add(world, run, slot, what, world.LivesOf(run).Lose(slot, frame), next, note: ": no, the frame is lost");
    }

    /// <summary>What a commit sends: it is on its way, or there already.</summary>
    public Lives Send(Lives lives, int slot, InFlight frame) => scenario.FramesAreAtOnce
        ? frame is InFlight.Assign ? Assigned(lives, slot) : Stopped(lives, slot)
        : lives.Send(slot, frame);

    static Lives Assigned(Lives lives, int slot) => lives.At(slot) switch
    {
        Life.Absent => lives.Become(slot, Life.Executing),
        Life.ToldBefore => lives.Become(slot, Life.Refused).Send(slot, InFlight.Ended),
        _ => lives,
    };

    Lives Stopped(Lives lives, int slot) => lives.At(slot) switch
    {
        Life.Absent when mutation.ForgetsEarlyStops => lives.MarkTold(slot),
        Life.Absent => lives.Become(slot, Life.ToldBefore).MarkTold(slot),
        Life.Executing => lives.Become(slot, Life.Told).MarkTold(slot).Send(slot, scenario.SaysWhatItHeard ? InFlight.Heard : InFlight.None),
        _ => lives.MarkTold(slot),
    };

    void Executes(World world, sbyte run, int slot, Lives lives, List<Next> next)
    {
        var life = lives.At(slot);
        if (life is Life.ToldBefore)
            Add(world, run, slot, "is refused without its assign", Assigned(lives, slot), next);
        if (life is Life.Executing or Life.Told)
        {
            End(world, run, slot, "succeeds", Life.Succeeded, next);
            End(world, run, slot, "fails", Life.Failed, next);
            if (scenario.SaysWhatItUsed)
            {
                Add(world, run, slot, "has used one credit", lives.Send(slot, InFlight.UsedOne), next);
                Add(world, run, slot, "has used two credits", lives.Send(slot, InFlight.UsedTwo), next);
            }
            if (scenario.HasReturns)
                Add(world, run, slot, "is handed back", lives.Become(slot, Life.HandedBack).Send(slot, InFlight.Returned), next);
        }
        if (life is Life.Told)
        {
            End(world, run, slot, "ends because it was asked to", Life.EndedByItself, next);
            End(world, run, slot, "is killed", Life.Killed, next);
            if (scenario.LeavesResiduals)
                End(world, run, slot, "is killed, and something is left", Life.LeftOver, next);
        }
        if (life is Life.LeftOver)
            Add(world, run, slot, "has left nothing any more", lives.Become(slot, Life.LeftOverGone).Send(slot, InFlight.Proof), next);
    }

    static void End(World world, sbyte run, int slot, string what, Life life, List<Next> next) =>
        Add(world, run, slot, what, world.LivesOf(run).Become(slot, life).Send(slot, InFlight.Ended), next);

    void Reports(World world, sbyte run, int slot, Lives lives, List<Next> next)
    {
        if (lives.Has(slot, InFlight.Ended))
            Report(world, run, slot, InFlight.Ended, HowItEnded(lives.At(slot)), next);
        if (lives.Has(slot, InFlight.Heard))
            Report(world, run, slot, InFlight.Heard, "heard", next);
        if (lives.Has(slot, InFlight.UsedOne))
            Report(world, run, slot, InFlight.UsedOne, "used one", next);
        if (lives.Has(slot, InFlight.UsedTwo))
            Report(world, run, slot, InFlight.UsedTwo, "used two", next);
        if (lives.Has(slot, InFlight.Returned))
            Report(world, run, slot, InFlight.Returned, "returned", next);
        if (lives.Has(slot, InFlight.ProofOfLeftOver))
            Report(world, run, slot, InFlight.ProofOfLeftOver, "proved with residuals", next);
        if (lives.Has(slot, InFlight.Proof))
            Report(world, run, slot, InFlight.Proof, lives.At(slot) is Life.Killed or Life.LeftOverGone ? "proved killed" : "proved", next);
    }

    string HowItEnded(Life life) => life switch
    {
        Life.Refused => "not started",
        Life.Succeeded => "succeeded",
        Life.Failed => "failed",
        Life.EndedByItself => "stopped",
        Life.LeftOver or Life.LeftOverGone when mutation.OverlooksLeftOvers => "killed",
        Life.LeftOver or Life.LeftOverGone => "killed with residuals",
        _ => "killed",
    };

    void Report(World world, sbyte run, int slot, InFlight report, string label, List<Next> next)
    {
        var reply = Reply(world, run, slot, label);
        var after = Apply(world, run, reply);
        after = after.WithLives(run, Confirmed(after.LivesOf(run), slot, report, reply.Answer));
        next.Add(new(new(label, run, (sbyte)slot, " (report)"), after.WithLives(run, after.LivesOf(run).Lose(slot, report)), reply.Broken));
        if (scenario.DoublesMessages)
            next.Add(new(new(label, run, (sbyte)slot, " (report, and it will come again)"), after, reply.Broken));
        if (scenario.LosesMessages)
            Add(world, run, slot, label, world.LivesOf(run).Lose(slot, report), next, note: " (report: no, it is lost)");
    }

    /// <summary>Writes what was decided, and sends the frames.</summary>
    public World Apply(World world, int run, Reply reply)
    {
        if (!reply.Changes)
            return world;
        var lives = world.LivesOf(run);
        for (var slot = 0; slot < spaces[run].Slots.Count; slot++)
        {
            if ((reply.Assigns & 1 << slot) != 0)
                lives = Send(lives, slot, InFlight.Assign);
            if ((reply.Stops & 1 << slot) != 0)
                lives = Send(lives, slot, InFlight.Stop);
        }
        world = world with { Held = (sbyte)(world.Held + reply.Held), Blocked = (sbyte)(world.Blocked + reply.Blocked) };
        return world.WithRun(run, reply.Next).WithLives(run, lives).WithDuties(run, reply.Duties);
    }

    /// <summary>A worker that hears that its report came too late sends what it knows as a proof.</summary>
    static Lives Confirmed(Lives lives, int slot, InFlight report, Answer answer) =>
        report is InFlight.Ended or InFlight.Returned && answer is Answer.Fenced or Answer.AlreadyEnded
            ? lives.Send(slot, lives.At(slot) is Life.LeftOver ? InFlight.ProofOfLeftOver : InFlight.Proof)
            : lives;

    void Ask(World world, sbyte run, int slot, string label, List<Next> next)
    {
        var reply = Reply(world, run, slot, label);
        if (reply.Changes || reply.Broken is not null)
            next.Add(new(new(label, run, (sbyte)slot), Apply(world, run, reply), reply.Broken));
    }

    Reply Reply(World world, int run, int slot, string label) =>
        spaces[run].Ask(world.RunAt(run), spaces[run].Questions.OfAttempt(slot, label));

    static void Add(World world, sbyte run, int slot, string what, Lives lives, List<Next> next, string? broken = null, string note = "")
    {
        var after = world.WithLives(run, lives);
        if (after != world || broken is not null)
            next.Add(new(new(what, run, (sbyte)slot, note), after, broken));
    }
}
