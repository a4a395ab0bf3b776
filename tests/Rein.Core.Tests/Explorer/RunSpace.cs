using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Core.Tests.Explorer;

/// <summary>
/// Every state of one run that was met, by number. Deciding is pure, so each question is put to the real code once per state and
/// remembered: two runs of a thousand states each are a million worlds, but only two thousand runs to decide about.
/// </summary>
sealed class RunSpace
{
    readonly List<Rows> states = [];
    readonly List<Reply?[]> replies = [];
    readonly List<int> ticks = [];
    readonly List<Attempt?[]> attempts = [];
    readonly Dictionary<string, int> known = [];
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> find;
    readonly char[] buffer = new char[RunKey.MaxLength];
    readonly char[] otherBuffer = new char[RunKey.MaxLength];
    readonly Scenario scenario;
    readonly Mutation mutation;
    readonly int number;
    readonly string[] steps;

    public RunSpace(Scenario scenario, int number, Mutation mutation)
    {
        this.scenario = scenario;
        this.number = number;
        this.mutation = mutation;
        find = known.GetAlternateLookup<ReadOnlySpan<char>>();
        Slots = scenario.SlotsOf(number);
        Questions = new(scenario, number);
        steps = [.. Scenario.StepsOf(scenario.Runs[number].Definition)];
    }

    public Slots Slots { get; }
    public Questions Questions { get; }
    public int Count => states.Count;
    public Rows this[int state] => states[state];

    readonly Dictionary<(bool Stopped, bool Forced), int> over = [];

    /// <summary>The first of the ended runs that others cannot tell from this one.</summary>
    public int Representative(int state)
    {
        var sign = (states[state].Run.Stop is not null, states[state].Run.Stop is { Force: true });
        return over.TryGetValue(sign, out var first) ? first : over[sign] = state;
    }

    public Attempt? Handed(int state, int slot) => attempts[state][slot];

    /// <summary>How often the real code was asked: one command in one state of the run.</summary>
    public int Decisions { get; private set; }

    public Dictionary<(string Command, Situation From), HashSet<(Answer, Situation To)>> Matrix { get; } = [];

    public Reply Start(bool hasRoom)
    {
        var start = scenario.Runs[number];
        var decision = start.Decide(hasRoom, Clock.Rules, Clock.Now);
        if (decision.Change is null)
            return new(decision.Answer, -1);
        var change = new RunChange(null, decision.Change, start);
        var after = Rows.Of(change);
        return Describe(decision, change, after) with { Broken = RunChecks.BrokenStart(after) };
    }

    public Reply Ask(int state, int question) => replies[state][question] ??= Decide(states[state], state, Questions[question]);

    Reply Decide(Rows rows, int state, Question question)
    {
        if (question.Command(rows) is not { } command)
            return Reply.Impossible;
        Decisions++;
        var (before, decision) = rows.Decide(command, rows.Load(command.Slice(rows.Run.Definition)), mutation.Decide);
        if (decision.Change is null)
            return Note(command, rows.Run, rows.Run, new(decision.Answer, state) { Broken = Differential(rows, before, command, decision, rows) });
        var change = new RunChange(before, decision.Change);
        var after = rows.Write(change);
        var broken = RunChecks.Broken(new(rows, before, command, decision, after)) ?? Differential(rows, before, command, decision, after);
        return Note(command, rows.Run, after.Run, Describe(decision, change, after) with { Broken = broken });
    }

    /// <summary>With every row loaded the decision is the same: the command's slice lacks nothing.</summary>
    string? Differential(Rows rows, Run loaded, ICommand command, Decision decision, Rows after)
    {
        if (loaded.Steps.Count == rows.Run.Steps.Count && loaded.Input.Length == rows.Run.Input.Length && rows.Run.Steps.Values.All(step => step.Result is null))
            return null;
        var all = rows.LoadAll();
        var whole = mutation.Decide(command, all);
        if (whole.Answer != decision.Answer)
            return $"the slice lacks a row: with all rows the answer is {whole.Answer} and not {decision.Answer}";
        var other = whole.Change is null ? rows : rows.Write(new(all, whole.Change));
        return RunKey.Write(otherBuffer, other, steps).SequenceEqual(Key(after)) ? null : "the slice lacks a row: with all rows the run becomes another";
    }

    Reply Describe(Decision decision, RunChange change, Rows after)
    {
        var assigns = 0;
        var stops = 0;
        var duties = 0;
        foreach (var effect in decision.Change!.Effects)
            switch (effect)
            {
                case Assign assign: assigns |= 1 << Slots.Of(assign.Step, assign.Attempt.Try); break;
                case SendStop stop: stops |= 1 << Slots.Of(stop.Step, stop.Attempt.Try); break;
                case Duty duty: duties |= World.Bit(duty.Kind); break;
            }
        return new(decision.Answer, Intern(after))
        {
            Changes = true,
            Held = (sbyte)mutation.HeldBy(change),
            Blocked = (sbyte)((change.IsBlocked ? 1 : 0) - (change.WasBlocked ? 1 : 0)),
            Assigns = assigns,
            Stops = stops,
            Duties = (byte)duties,
            Child = decision.Change.Effects.OfType<StartsChild>().FirstOrDefault()?.Child,
        };
    }

    Reply Note(ICommand command, Run from, Run to, Reply reply)
    {
        var cell = (command.GetType().Name, from.Situation());
        if (!Matrix.TryGetValue(cell, out var met))
            Matrix[cell] = met = [];
        met.Add((reply.Answer, to.Situation()));
        return reply;
    }

    /// <summary>Puts every question to a state, also those that nothing in the world would ask: reports that are forged or very late.</summary>
    public (string Label, string Broken)? AskAll(int state)
    {
        for (var question = 0; question < Questions.Count; question++)
            if (Ask(state, question).Broken is { } broken)
                return (Questions[question].Label, broken);
        return TimerChecks.Broken(this, state) is { } timer ? ("timers only", timer) : null;
    }

    public int Tick(int state) => ticks[state] >= 0 ? ticks[state] : ticks[state] = Intern(Clock.Tick(states[state]));

    int Intern(Rows rows)
    {
        var key = Key(rows);
        if (find.TryGetValue(key, out var state))
            return state;
        state = states.Count;
        known.Add(key.ToString(), state);
        states.Add(Clock.Normalise(rows, Slots));
        attempts.Add([.. Enumerable.Range(0, Slots.Count).Select(slot => states[state].Find(Slots.StepOf(slot), Slots.TryOf(slot)))]);
        replies.Add(new Reply?[Questions.Count]);
        ticks.Add(-1);
        return state;
    }

    ReadOnlySpan<char> Key(Rows rows) => RunKey.Write(buffer, rows, steps);
}
