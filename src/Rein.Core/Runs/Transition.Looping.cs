using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;

namespace Rein.Core.Runs;

/// <summary>
/// Loops. A <c>for-each</c> is one step that waits, with how far it is as its result, and its items in pages. An iteration is a step of its own, <c>each[3]</c>, with
/// its item as the result, open as long as anything of it is; the steps of its body are <c>hash[3]</c>. A decision begins a bounded number of
/// iterations. What is left to begin, and the end, are the loop's timer: its step is due at once, in a decision of its own.
/// </summary>
sealed partial class Transition
{
    /// <summary>Steps that one decision may enable by beginning iterations: a stop waits for no long one.</summary>
    const int MostEnabled = 200;

    /// <summary>Loops that are beginning iterations: one that is over before <see cref="Begin"/> returns only counts.</summary>
    HashSet<string>? beginning;

    void DecideFilter(Node node, Step step)
    {
        var kept = node.ResolveFilter(ScopeOf(step), ref effort.Bytes);
        if (kept.Fault is { } fault)
            Fail(step, fault.Message);
        else
            Succeed(step, kept.Value);
    }

    void DecideLoop(Node node, Step step)
    {
        var items = node.ResolveItems(ScopeOf(step));
        if (items.Fault is { } fault)
        {
            Fail(step, fault.Message);
            return;
        }
        var state = new LoopState(items.Value.GetArrayLength(), Begun: 0, Done: 0, Failed: 0);
        if (state.Total == 0)
        {
            Succeed(step, state.ToJson(Run.Definition.BodyOf(node.Id), Run.NoResults));
            return;
        }
        var pages = LoopPage.Of(step.Id, items.Value);
        Set(run => run with { Pages = run.Pages.AddRange(pages) });
        effort.Bytes += pages.Sum(page => (long)page.Items.Length);
        Wait(step with { Result = state.ToJson() }, due: null);
        Begin(node);
    }

    /// <summary>Begins as many iterations as there is room for, and sets the loop's timer if anything is left to do.</summary>
    void Begin(Node node)
    {
        if (!(beginning ??= []).Add(node.Id))
            return;
        var most = Math.Max(1, MostEnabled / Run.Definition.BodyOf(node.Id).Nodes.Count);
        for (var begun = 0; begun < most && !effort.IsEnough && HasRoom(node, StateOf(node.Id)) && NextItem(node.Id) is { } item; begun++)
            Begin(node, item);
        beginning.Remove(node.Id);
        SetTimer(node);
    }

    bool HasRoom(Node node, LoopState state) => Run.MayProgress && MayBegin(node, state) && state.UnderWay < node.Width;

    /// <summary>One that failed is enough, unless the loop goes on nevertheless.</summary>
    static bool MayBegin(Node node, LoopState state) =>
        state.Begun < state.Total && (state.Failed == 0 || node.OnFailure is OnFailure.Continue);

    void Begin(Node node, ReadOnlyMemory<byte> item)
    {
        var state = StateOf(node.Id);
        Put(node.Id, state with { Begun = state.Begun + 1 });
        Put(new Step { Id = StepId.Of(node.Id, state.Begun), State = StepState.Waiting, Result = item });
        foreach (var entry in node.Body)
            Enable(new Step { Id = StepId.Of(entry, state.Begun), State = StepState.Ready });
    }

    /// <summary>The page that has begun in full goes.</summary>
    ReadOnlyMemory<byte>? NextItem(string loop)
    {
        if (Run.Pages.FirstOrDefault(page => page.Loop == loop) is not { } page)
            return null;
        if (openPage?.Page != page)
            openPage = (page, JsonElement.Parse(page.Items.Span));
        var place = StateOf(loop).Begun - page.First;
        var items = openPage.Value.Items;
        if (place == items.GetArrayLength() - 1)
            Set(run => run with { Pages = run.Pages.Remove(page) });
        return JsonMarshal.GetRawUtf8Value(items[place]).ToArray();
    }

    (LoopPage Page, JsonElement Items)? openPage;

    /// <summary>A last node of the body has ended, or was skipped.</summary>
    void ArriveAtEnd(string loop, int? index)
    {
        if (Run.Steps.GetValueOrDefault(StepId.Of(loop, index)) is not { State: StepState.Waiting } iteration)
            return;
        iteration = iteration with { Arrived = iteration.Arrived + 1 };
        if (iteration.Arrived < Run.Definition.BodyOf(loop).Last.Length)
            Put(iteration);
        else
            EndIteration(Run.Definition.Nodes[loop], iteration);
    }

    void EndIteration(Node node, Step iteration)
    {
        var state = StateOf(node.Id);
        Put(iteration with { State = iteration.Error is null ? StepState.Succeeded : StepState.Failed });
        Put(node.Id, state with { Done = state.Done + 1, Failed = state.Failed + One(iteration.Error is not null) }, iteration.Error is null ? null : $"{iteration.Id}: {iteration.Error}");
        Begin(node);
    }

    /// <summary>A step of the body has failed for good, and its iteration with it; what else of it is under way goes on.</summary>
    void FailIteration(Step failed, string? error)
    {
        var id = StepId.Parse(failed.Id);
        if (Run.Definition.Nodes[id.Node].Loop is { } loop && Run.Steps.GetValueOrDefault(StepId.Of(loop, id.Index)) is { State: StepState.Waiting } iteration)
            Put(iteration with { Error = iteration.Error ?? error ?? "it failed" });
    }

    /// <summary>Due at once while there is room for another iteration, and when the last is over. Under a pause it is noted, like any time that has come.</summary>
    void SetTimer(Node node)
    {
        var (step, state) = (Run.Steps[node.Id], StateOf(node.Id));
        var isDue = MayBegin(node, state) ? state.UnderWay < node.Width : state.UnderWay == 0;
        Put(step with { DueAt = isDue && Run.Pause is null ? Now : null, IsDue = isDue && Run.Pause is not null });
    }

    /// <summary>Its timer: the next iterations, or the end.</summary>
    void GoOn(Node node, Step step)
    {
        if (LoopState.Of(step.Result) is not { } state)
            Fail(step, $"how far '{step.Id}' is cannot be read");
        else if (MayBegin(node, state) && state.UnderWay < node.Width && HasLostItems(node.Id))
            Fail(step, $"the items of '{step.Id}' are gone");
        else if (MayBegin(node, state) || state.UnderWay > 0)
            Begin(node);
        else if (state.Failed > 0 && node.OnFailure is not OnFailure.Continue)
            Fail(step, step.Error);
        else
            EndLoop(node, step, state);
    }

    /// <summary>Only where the rows hold no page is anything gathered: a batch may have used up those that it loaded.</summary>
    bool HasLostItems(string loop) => Run.Gathered.ContainsKey(loop) && !Run.Pages.Any(page => page.Loop == loop);

    /// <summary>What ended in this very batch has not been gathered: it is here.</summary>
    void EndLoop(Node node, Step step, LoopState state)
    {
        if (Run.Gathered.GetValueOrDefault(node.Id) is not { } gathered)
            return;
        var body = Run.Definition.BodyOf(node.Id);
        var results = gathered.Results;
        foreach (var (id, ended) in Run.Steps)
            if (ended is { Result: { } result, State: StepState.Succeeded } && body.Last.Contains(StepId.Parse(id).Node))
                results = results.SetItem(id, result);
        var whole = gathered.IsWhole && LoopState.MayHold(results.Values) ? state.ToJson(body, results) : default(ReadOnlyMemory<byte>?);
        Succeed(step with { Error = null }, whole is { Length: <= LoopState.MostResultBytes } ? whole : state.ToJson());
    }

    LoopState StateOf(string loop) => LoopState.Of(Run.Steps[loop].Result) ?? throw new InvalidDataException($"How far the loop '{loop}' is cannot be read.");

    void Put(string loop, LoopState state, string? error = null)
    {
        var step = Run.Steps[loop];
        Put(step with { Result = state.ToJson(), Error = step.Error ?? error });
    }
}
