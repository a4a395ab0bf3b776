using System.Text.Json;

namespace Rein.Core.Definitions.Expressions;

/// <summary>What the expressions of one step can see.</summary>
public interface IScope
{
    /// <summary>The run's input, which is also the result of <c>root</c>.</summary>
    JsonElement Input { get; }

    /// <summary>The id of the run.</summary>
    Guid Run { get; }

    /// <summary>Null while there is none: the node was skipped, failed, or has not ended.</summary>
    JsonElement? ResultOf(string node);

    /// <summary>Null when there is no secret of this name.</summary>
    string? Secret(string name);

    /// <summary>What <c>$item</c> stands for; null where there is none.</summary>
    JsonElement? Item => null;

    /// <summary>What <c>$index</c> stands for, from 0; null where there is none.</summary>
    int? Index => null;
}
