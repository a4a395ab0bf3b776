using System.Text.Json;

namespace Rein.Server.Dialects.Xpander;

/// <summary>A refusal for one reason.</summary>
sealed record ErrorDocument
{
    public string Detail { get; init; } = "";
}

/// <summary>A refusal of what was sent: everything that is wrong with it.</summary>
sealed record InvalidDocument
{
    public IReadOnlyList<InvalidDetail> Detail { get; init; } = [];
}

/// <param name="Loc">Where: `path`, `query` or `body`, then names and numbers.</param>
sealed record InvalidDetail(IReadOnlyList<JsonElement> Loc, string Msg, string Type);
