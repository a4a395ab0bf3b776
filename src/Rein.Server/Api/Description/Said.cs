namespace Rein.Server.Api.Description;

/// <summary>What the document says of an endpoint beside its types.</summary>
sealed record Said(string Summary, IReadOnlyList<Parameter> Asks)
{
    /// <summary>It understands the header `Idempotency-Key`.</summary>
    public bool IsRepeatable { get; init; }
}

static class SaidRules
{
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder endpoint, string summary, params Parameter[] asks) =>
        endpoint.WithMetadata(new Said(summary, asks));

    /// <summary>For what starts runs: with the header `Idempotency-Key` it may be sent again.</summary>
    public static RouteHandlerBuilder SaysRepeatable(this RouteHandlerBuilder endpoint, string summary, params Parameter[] asks) =>
        endpoint.WithMetadata(new Said(summary, asks) { IsRepeatable = true });
}
