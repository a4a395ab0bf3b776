using System.Text;
using System.Text.RegularExpressions;
using Rein.Core.Runs;

namespace Rein.Core.Tests.Explorer;

/// <summary>`docs/lifecycle.md`, printed from what the explorer met: it says what the code does, or the test fails.</summary>
sealed partial class LifecycleDocument
{
    readonly SortedDictionary<string, SortedDictionary<Situation, HashSet<(Answer Answer, Situation To)>>> commands = new(StringComparer.Ordinal);

    public LifecycleDocument(IEnumerable<Explored> explored)
    {
        foreach (var ((command, from), met) in explored.SelectMany(one => one.Spaces).SelectMany(space => space.Matrix))
        {
            if (!commands.TryGetValue(command, out var states))
                commands[command] = states = [];
            if (!states.TryGetValue(from, out var outcomes))
                states[from] = outcomes = [];
            outcomes.UnionWith(met);
        }
    }

    /// <summary>Pairs that nobody met: there must be none.</summary>
    public IEnumerable<string> Missing(IEnumerable<string> all) =>
        from command in all
        from state in Enum.GetValues<Situation>()
        where !commands.TryGetValue(command, out var states) || !states.ContainsKey(state)
        select $"{command} × {state}";

    public string Print()
    {
        var text = new StringBuilder(Head);
        PrintDiagram(text);
        text.Append(Middle);
        foreach (var (command, states) in commands)
            PrintCommand(text, command, states);
        PrintMutants(text);
        return text.ToString();
    }

    const string Head = """
        # Lifecycle of a run

        Printed by `LifecycleDocumentTests` from every state the explorer reaches; do not edit. `REIN_WRITE_DOCS=1` before the test command writes it anew.

        A state is derived from what a run's steps do; a wish (to pause, to stop) stands beside it. The diagram and the tables show both
        together: a run that is `Stopping` may have any state that has not ended. What an arrow is called is the command that leads there.


        """;

    const string Middle = """

        ## Every command in every state

        What a command is answered, and the state after it. An answer without an arrow changes nothing. `StartRun` has no run before it:
        it is answered `done` (queued, or further where the first steps are decided at once), `blocked`, or `conflict`.

        """;

    void PrintDiagram(StringBuilder text)
    {
        text.Append("```mermaid\nstateDiagram-v2\n    [*] --> Queued: StartRun\n    [*] --> Blocked: StartRun, limit full\n");
        var arrows = from command in commands
                     from state in command.Value
                     from outcome in state.Value
                     where outcome.To != state.Key
                     group command.Key by (From: state.Key, outcome.To) into arrow
                     orderby arrow.Key.From, arrow.Key.To
                     select $"    {arrow.Key.From} --> {arrow.Key.To}: {string.Join(", ", arrow.Distinct().Order(StringComparer.Ordinal))}\n";
        foreach (var arrow in arrows)
            text.Append(arrow);
        text.Append("    Succeeded --> [*]\n    Failed --> [*]\n    Stopped --> [*]\n```\n");
    }

    static void PrintCommand(StringBuilder text, string command, SortedDictionary<Situation, HashSet<(Answer Answer, Situation To)>> states)
    {
        text.Append($"\n### {command}\n\n| state | answer → next state |\n|---|---|\n");
        foreach (var same in states.GroupBy(state => Outcomes(state.Key, state.Value), state => state.Key.ToString()))
            text.Append($"| {string.Join(", ", same)} | {same.Key} |\n");
    }

    static string Outcomes(Situation before, IEnumerable<(Answer Answer, Situation To)> met) => string.Join(" · ",
        from outcome in met
        group outcome.To by outcome.Answer into answer
        orderby answer.Key
        select Changes(answer.Key) || answer.Any(to => to != before)
            ? $"`{Snake(answer.Key)}` → {string.Join(", ", answer.Order())}"
            : $"`{Snake(answer.Key)}`");

    static bool Changes(Answer answer) => answer is Answer.Done or Answer.Stopped or Answer.Asked or Answer.AlreadyStopping or Answer.Escalated;

    static string Snake(Answer answer) => Humps().Replace(answer.ToString(), "_$1").ToLowerInvariant();

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Humps();

    static void PrintMutants(StringBuilder text)
    {
        text.Append("\n## How the rules are known to bite\n\nEach of these wrong engines is built on purpose, and found by the shortest way to the rule it breaks.\n\n");
        text.Append("| what is wrong | the rule that finds it | moves |\n|---|---|---|\n");
        foreach (var mutant in Mutants.All)
        {
            var found = mutant.Found() ?? "survives";
            text.Append($"| {mutant.Mutation.Name} | {found.Split('\n')[0]} | {found.Split('\n').Length - 3} |\n");
        }
    }
}
