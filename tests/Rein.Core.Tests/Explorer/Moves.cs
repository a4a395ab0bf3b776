using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>Everything that can happen next in a world: to the runs by people and timers, and to the duties that are owed.</summary>
sealed class Moves(Scenario scenario, RunSpace[] spaces, Mutation mutation)
{
    readonly WorkerMoves workers = new(scenario, spaces, mutation);

    public void From(World world, List<Next> next)
    {
        var any = false;
        for (sbyte run = 0; run < spaces.Length; run++)
        {
            if (world.RunAt(run) >= 0)
            {
                any = true;
                OfRun(world, run, next);
                workers.From(world, run, next);
            }
            else if (run < scenario.Started)
                Start(world, run, next);
        }
        if (any)
            next.Add(new(new("one second passes", -1), Tick(world), null));
    }

    /// <summary>A run that has ended, of which nothing executes and nothing is on its way, has no future: all such runs are one.</summary>
    public World Forget(World world)
    {
        for (var run = 0; run < spaces.Length; run++)
            if (world.RunAt(run) >= 0 && IsOver(world, run))
                world = world.WithRun(run, spaces[run].Representative(world.RunAt(run))).WithLives(run, default);
        return world;
    }

    bool IsOver(World world, int run)
    {
        var lives = world.LivesOf(run);
        var over = spaces[run][world.RunAt(run)].Run.HasEnded && !world.Owes(run, DutyKind.Cascade) && !world.Owes(run, DutyKind.TellParent);
        for (var slot = 0; over && slot < spaces[run].Slots.Count; slot++)
            over = lives.InFlightAt(slot) is InFlight.None && !lives.Executes(slot) && lives.At(slot) is not Life.ToldBefore;
        return over;
    }

    void Start(World world, sbyte run, List<Next> next)
    {
        var reply = spaces[run].Start(hasRoom: scenario.Limit is null || world.Held < scenario.Limit);
        if (reply.Changes)
            next.Add(new(new("start", run), Apply(world, run, reply), reply.Broken));
    }

    World Tick(World world)
    {
        for (var run = 0; run < spaces.Length; run++)
            if (world.RunAt(run) >= 0)
                world = world.WithRun(run, spaces[run].Tick(world.RunAt(run)));
        return world;
    }

    void OfRun(World world, sbyte run, List<Next> next)
    {
        foreach (var stop in scenario.Stops)
            Ask(world, run, stop, next);
        foreach (var timer in Timers)
            Ask(world, run, timer, next);
        if (scenario.HasPause)
            foreach (var wish in Pauses)
                Ask(world, run, wish, next);
        var rows = spaces[run][world.RunAt(run)];
        if (rows.Run.IsBlocked && (scenario.Limit is null || world.Held < scenario.Limit))
            Ask(world, run, "admit", next);
        foreach (var step in rows.Ready)
            if (!spaces[run].Slots.Steps.Contains(step) || Ask(world, run, spaces[run].Questions.OfStep("claim", step), next) is { Answer: Answer.Stopping or Answer.AlreadyEnded })
                next.Add(new(new($"claim {step}", run), world, $"a row of the ready queue can be claimed: {step}"));
        foreach (var step in rows.Run.Steps.Values)
            if (step.DueAt is not null)
                Ask(world, run, spaces[run].Questions.OfStep("wake", step.Id), next);
        foreach (var step in rows.Run.Steps.Values)
            if (step.State is StepState.Waiting && scenario.Awaits(step.Id))
                foreach (var answer in Answers)
                    Ask(world, run, spaces[run].Questions.OfStep(answer, step.Id), next);
        if (scenario.HasChild)
            OfFamily(world, run, next);
        else if (run == 1 && world.Owes(1, DutyKind.Supersede))
            Supersede(world, next);
    }

    static readonly string[] Timers = ["expire", "escalate", "end clean-up"];
    static readonly string[] Answers = ["signal", "approve", "reject"];
    static readonly string[] Pauses = ["pause", "resume"];

    void OfFamily(World world, sbyte run, List<Next> next)
    {
        if (run == 0 && world.Second < 0)
            Ask(world, run, scenario.StartedBy is { } step ? $"start child of {step}" : "start child", next);
        if (run == 0 && world.Second < 0 && scenario.StartedBy is { } calling && scenario.Runs[0].Definition.Nodes[calling].IsCall)
            Ask(world, run, spaces[0].Questions.OfStep("refuse child of", calling), next);
        if (run == 0 && world.Owes(0, DutyKind.Cascade))
            Cascade(world, next);
        if (run == 1 && world.Owes(1, DutyKind.TellParent))
            TellParent(world, next);
    }

    /// <summary>The duty may be done twice, for whoever does it may die before its row is deleted.</summary>
    void Cascade(World world, List<Next> next)
    {
        var stop = spaces[0][world.First].Run.Stop!;
        var left = Math.Max(0, (int)((stop.GraceEndsAt - Clock.Now) / Clock.Second));
        var how = stop switch { { Force: true } => "force", { Fence: FenceAt.Now } => "fence now", _ => $"grace {left} s" };
        var label = $"stop (Parent, {how})";
        var after = world;
        string? broken = null;
        if (world.Second >= 0 && (mutation.TellsTheDetached || !spaces[1][world.Second].Run.IsDetached))
        {
            var reply = spaces[1].Ask(world.Second, spaces[1].Questions.Named(label));
            after = reply.Changes ? Apply(world, 1, reply) : world;
            broken = reply.Broken;
        }
        next.Add(new(new($"cascade: {label}, but not confirmed", 1), after, broken));
        next.Add(new(new($"cascade: {label}", 1), after.Without(0, DutyKind.Cascade), broken));
    }

    void Supersede(World world, List<Next> next)
    {
        var label = "stop (Superseded, grace 1 s)";
        var reply = spaces[0].Ask(world.First, spaces[0].Questions.Named(label));
        next.Add(new(new(label, 0), workers.Apply(world, 0, reply).Without(1, DutyKind.Supersede), reply.Broken));
    }

    void TellParent(World world, List<Next> next)
    {
        var state = spaces[1][world.Second].Run.State;
        var label = $"child of {scenario.StartedBy} {state}";
        var reply = spaces[0].Ask(world.First, spaces[0].Questions.Named(label));
        var after = reply.Changes ? Apply(world, 0, reply) : world;
        next.Add(new(new($"{label}, but not confirmed", 0), after, reply.Broken));
        next.Add(new(new(label, 0), after.Without(1, DutyKind.TellParent), reply.Broken));
    }

    Reply Ask(World world, sbyte run, string label, List<Next> next) => Ask(world, run, spaces[run].Questions.Named(label), next);

    Reply Ask(World world, sbyte run, int question, List<Next> next)
    {
        var reply = spaces[run].Ask(world.RunAt(run), question);
        if (reply.Changes || reply.Broken is not null)
            next.Add(new(new(spaces[run].Questions[question].Label, run), Apply(world, run, reply), reply.Broken));
        return reply;
    }

    World Apply(World world, sbyte run, Reply reply)
    {
        var after = workers.Apply(world, run, reply);
        if (reply.Child is null || world.Second >= 0)
            return after;
        return workers.Apply(after, 1, spaces[1].Start(hasRoom: scenario.Limit is null || after.Held < scenario.Limit));
    }
}
