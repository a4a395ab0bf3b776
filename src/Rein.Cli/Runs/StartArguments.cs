using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Cli.Completion;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>What a run is started from and with.</summary>
sealed class StartArguments
{
    readonly string[]? foreign;
    readonly Argument<string?> workflow = new("workflow") { Description = "The workflow's name.", Arity = ArgumentArity.ZeroOrOne, HelpName = "WORKFLOW" };
    readonly Option<string> file = new("--file") { Description = "A definition that is not saved.", HelpName = "FILE" };
    readonly Option<string> items = new("--items") { Description = "With a command: what its output becomes.", HelpName = "none|lines|json-lines" };
    readonly Option<string[]> input = new("--input") { Description = "An input, a text; repeatable.", HelpName = "KEY=VALUE" };
    readonly Option<string> inputJson = new("--input-json") { Description = "The whole input, a JSON object.", HelpName = "JSON" };
    readonly Option<string[]> label = new("--label") { Description = "A label; repeatable.", HelpName = "KEY=VALUE" };
    readonly Option<string> pool = new("--pool") { Description = "Where nodes are executed that name no pool.", HelpName = "POOL" };
    readonly Option<string> limitKey = new("--limit-key") { Description = "The limit the run counts under.", HelpName = "KEY" };
    readonly Option<string> onConflict = new("--on-conflict") { Description = "What to do when the limit is full. Default: queue." };
    readonly Option<double?> queueTtl = new("--queue-ttl") { Description = "How long it may wait before anything of it begins, in seconds.", HelpName = "S" };
    readonly Option<double?> deadline = new("--deadline") { Description = "When it is stopped at the latest, in seconds from now.", HelpName = "S" };
    readonly Option<decimal?> budget = new("--budget") { Description = "The credits it may use until it is stopped.", HelpName = "CREDITS" };
    readonly Option<int?> priority = new("--priority") { Description = "Higher goes first.", HelpName = "N" };

    public StartArguments(Command command, string[]? foreign)
    {
        this.foreign = foreign;
        items.AcceptOnlyFromAmong("none", "lines", "json-lines");
        onConflict.AcceptOnlyFromAmong("queue", "reject", "supersede");
        workflow.SuggestWorkflows();
        limitKey.SuggestLimits();
        command.Add(workflow);
        foreach (var option in (Option[])[file, items, input, inputJson, label, pool, limitKey, onConflict, queueTtl, deadline, budget, priority])
            command.Add(option);
    }

    /// <exception cref="CommandException">They do not say what to start, or say it twice.</exception>
    public (string? Workflow, StartRunRequest Request) Read(ParseResult parsed)
    {
        var (name, path) = (parsed.GetValue(workflow), parsed.GetValue(file));
        if ((name is null ? 0 : 1) + (path is null ? 0 : 1) + (foreign is null ? 0 : 1) != 1)
            throw new CommandException(ExitCode.BadUsage, "Say what to start: a WORKFLOW, or --file FILE, or -- CMD ARGS…, one of them.");
        if (foreign is [])
            throw new CommandException(ExitCode.BadUsage, "Nothing stands behind `--`.");
        var request = new StartRunRequest
        {
            Definition = path is not null ? ReadFile(path) : foreign is not null ? DefinitionOf(foreign, parsed.GetValue(items)) : null,
            Input = Input(parsed),
            Labels = parsed.GetValue(label) is { Length: > 0 } labels ? labels.Select(Pair).ToDictionary() : null,
            Pool = parsed.GetValue(pool),
            LimitKey = parsed.GetValue(limitKey),
            OnConflict = parsed.GetValue(onConflict),
            QueueTtlSeconds = parsed.GetValue(queueTtl),
            DeadlineSeconds = parsed.GetValue(deadline),
            Budget = parsed.GetValue(budget),
            Priority = parsed.GetValue(priority),
        };
        return (name, request);
    }

    public static JsonElement ReadFile(string path)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException(ExitCode.BadUsage, $"{path}: {problem.Message}");
        }
    }

    /// <summary>A definition of one step that executes a command.</summary>
    static JsonElement DefinitionOf(IReadOnlyList<string> command, string? items)
    {
        var node = new JsonObject
        {
            ["type"] = "process",
            // What looks like an expression is the command's own business.
            ["payload"] = new JsonObject { ["command"] = Texts(command), ["items"] = items ?? "none" },
        };
        var root = new JsonObject { ["type"] = "manual", ["children"] = Texts(["command"]) };
        var definition = new JsonObject { ["nodes"] = new JsonObject { ["root"] = root, ["command"] = node } };
        return JsonElement.Parse(definition.ToJsonString());
    }

    JsonElement? Input(ParseResult parsed)
    {
        var (pairs, text) = (parsed.GetValue(input), parsed.GetValue(inputJson));
        if (text is null)
            return pairs is { Length: > 0 } ? ObjectOf(pairs.Select(Pair)) : null;
        if (pairs is { Length: > 0 })
            throw new CommandException(ExitCode.BadUsage, "--input and --input-json say the same thing: give one of them.");
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException problem)
        {
            throw new CommandException(ExitCode.BadUsage, $"--input-json is no JSON: {problem.Message}");
        }
    }

    static JsonElement ObjectOf(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var fields = new JsonObject();
        foreach (var (key, value) in pairs)
            fields[key] = JsonValue.Create(value);
        return JsonElement.Parse(fields.ToJsonString());
    }

    static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)JsonValue.Create(text)!)];

    static KeyValuePair<string, string> Pair(string text) =>
        text.Split('=', 2) is [{ Length: > 0 } key, var value]
            ? new(key, value)
            : throw new CommandException(ExitCode.BadUsage, $"'{text}' is not KEY=VALUE.");
}
