namespace Rein.Core.Faults;

/// <summary>The stable codes. One never changes its meaning; each has a page in the documentation.</summary>
public static class FaultCodes
{
    public const string DefinitionBadJson = "definition_bad_json";
    public const string DefinitionTooLarge = "definition_too_large";
    public const string DefinitionBadShape = "definition_bad_shape";
    public const string DefinitionUnknownField = "definition_unknown_field";
    public const string DefinitionMisplacedField = "definition_misplaced_field";
    public const string DefinitionNoRoot = "definition_no_root";
    public const string DefinitionRootHasParents = "definition_root_has_parents";
    public const string DefinitionSecondRoot = "definition_second_root";
    public const string DefinitionBadNodeId = "definition_bad_node_id";
    public const string DefinitionUnknownKind = "definition_unknown_kind";
    public const string DefinitionUnknownChild = "definition_unknown_child";
    public const string DefinitionDuplicateChild = "definition_duplicate_child";
    public const string DefinitionCycle = "definition_cycle";
    public const string DefinitionUnreachableNode = "definition_unreachable_node";
    public const string DefinitionBadBranch = "definition_bad_branch";
    public const string DefinitionBadFinally = "definition_bad_finally";
    public const string DefinitionBadLoop = "definition_bad_loop";
    public const string DefinitionBadPayload = "definition_bad_payload";
    public const string DefinitionBadInputSchema = "definition_bad_input_schema";

    public const string ExpressionSyntax = "expression_syntax";
    public const string ExpressionUnknownNode = "expression_unknown_node";
    public const string ExpressionNotAnAncestor = "expression_not_an_ancestor";
    public const string ExpressionUnknownInput = "expression_unknown_input";
    public const string ExpressionUnknownPath = "expression_unknown_path";
    public const string ExpressionUnknownSecret = "expression_unknown_secret";
    public const string ExpressionMisplacedSecret = "expression_misplaced_secret";
    public const string ExpressionMisplacedItem = "expression_misplaced_item";
    public const string ExpressionNotText = "expression_not_text";

    public const string ArgumentLooksLikeOption = "argument_looks_like_option";
    public const string PayloadTooLarge = "payload_too_large";
    public const string PayloadWrongType = "payload_wrong_type";
    public const string ConditionTypeMismatch = "condition_type_mismatch";

    public const string InputMissing = "input_missing";
    public const string InputWrongType = "input_wrong_type";
    public const string InputUnknown = "input_unknown";
    public const string InputTooLarge = "input_too_large";
}
