namespace Rein.Protocol.Problems;

/// <summary>What the entries of <see cref="Problem.Errors"/> mean that speak of a definition or an input.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="Remedy">What to do.</param>
public sealed record FaultKind(string Code, string Meaning, string Remedy);

/// <summary>The faults of definitions and inputs, one row each. They come under <see cref="ProblemCodes.InvalidDefinition"/> and <see cref="ProblemCodes.InvalidInput"/>.</summary>
public static class FaultTable
{
    /// <summary>Every code there is.</summary>
    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("definition_bad_json", "It is not JSON that can be read.", "Mend it where the message says."),
        new("definition_too_large", "It is larger than 1 MiB, or has more than 1,000 nodes.", "Split it into workflows."),
        new("definition_bad_shape", "It is not an object with an object `nodes`.", "Write { \"nodes\": { \"root\": … } }."),
        new("definition_unknown_field", "A field means nothing here. In a payload it is refused, elsewhere it is a warning.", "Take it out, or spell it right."),
        new("definition_misplaced_field", "A field stands where it means nothing; it belongs elsewhere.", "Move it to where the message says."),
        new("definition_no_root", "There is no node `root` of the type `manual`.", "Add it: every graph begins there."),
        new("definition_root_has_parents", "`root` is a child of another node.", "Take it out of that node's children."),
        new("definition_second_root", "A node other than `root` is of the type `manual`.", "Give it another type."),
        new("definition_bad_node_id", "A node's id cannot be used.", "Use what the message allows."),
        new("definition_unknown_kind", "A node is of a type that neither ships nor is registered by a worker.", "Spell it right, or connect the worker that has it."),
        new("definition_unknown_child", "A node names a child that is not there.", "Add the child, or take its name out."),
        new("definition_duplicate_child", "A node names the same child twice.", "Name it once."),
        new("definition_cycle", "Nodes lead back to themselves.", "Break the cycle that the message names."),
        new("definition_unreachable_node", "A node cannot be reached from `root`. A warning: it never becomes a step.", "Connect it, or take it out."),
        new("definition_bad_branch", "A `branch` is neither `then` nor `else`, or stands below a node that has no branches.", "Use it on children of an `if` only."),
        new("definition_bad_finally", "A `finally` node stands where it cannot.", "Put it where the message says."),
        new("definition_bad_loop", "The body of a `for-each` is not closed, or holds what cannot be in one.", "Reach its nodes through `loopBody` alone, and do what the message says."),
        new("definition_bad_payload", "A payload does not fit the node's type.", "Mend the field that the message names."),
        new("definition_bad_input_schema", "The inputSchema is not an array of { key, type, required, description, default }.", "Mend the entry that the message names."),
        new("expression_syntax", "An expression cannot be read.", "Write {{node.result.path}}, {{$inputs.key}}, and || for a fallback."),
        new("expression_unknown_node", "An expression names a node that is not there.", "Spell the node's id right."),
        new("expression_not_an_ancestor", "An expression reads a node that has not ended by then.", "Read only nodes above this one."),
        new("expression_unknown_input", "An expression reads an input that is not declared.", "Declare it in inputSchema, or spell it right."),
        new("expression_unknown_path", "A result has nothing at the path.", "Spell the path right, or add a fallback with ||."),
        new("expression_unknown_secret", "An expression reads a secret that is not there, or that this server cannot read.", "Set it with PUT /v1/secrets/NAME, or spell it right. A fallback does not stand in for a secret."),
        new("expression_misplaced_secret", "An expression reads a secret in a node that no worker executes.", "Read it where it is used; what `if`, `log`, `delay` and their like decide is written down."),
        new("expression_misplaced_item", "An expression reads `$item` or `$index` where there is none.", "Read them in the body of a `for-each`, or in the `where` of a `filter`."),
        new("expression_not_text", "An expression within a text came to an object or an array.", "Let it fill the whole value, or read one field of it."),
        new("argument_looks_like_option", "An expression that fills a whole argument came to a value with a leading dash.", "Allow it on the node, or put `--` before it."),
        new("payload_too_large", "A payload is too large once its expressions are filled in.", "Pass less."),
        new("payload_wrong_type", "A payload's field came to a value of the wrong type.", "See what the expression reads."),
        new("condition_type_mismatch", "A condition compares what cannot be compared.", "Compare values of one type."),
        new("input_missing", "A required input is missing.", "Give it."),
        new("input_wrong_type", "An input is of the wrong type.", "Give it as declared."),
        new("input_unknown", "An input is not declared.", "Spell it right, or declare it."),
        new("input_too_large", "The input is larger than 256 KiB.", "Pass less, or a reference to it."),
    ];
}
