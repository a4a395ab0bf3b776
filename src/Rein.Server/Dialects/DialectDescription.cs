using Microsoft.AspNetCore.OpenApi;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects;

/// <summary>Completes the OpenAPI document of a dialect from what its endpoints say of themselves, as that of the native API is.</summary>
static class DialectDescription
{
    public static OpenApiOptions AddDialectDescription(this OpenApiOptions options, Dialect dialect)
    {
        // What belongs to no group would be in every document.
        options.ShouldInclude = description => description.GroupName == dialect.Name;
        return options.AddDescription(new(
            dialect.Title,
            $"What a Rein server speaks of this API, below `{dialect.Mount}`, or at the host name that was given to it.",
            dialect.Key,
            Say,
            "It was refused.",
            dialect.Refused,
            "application/json"));
    }

    /// <summary>Other products know two scopes, and keys of workers.</summary>
    static string Say(Needs needs) => $"Needs a key {needs.AnyOf switch
    {
        Scopes.Read => "that may read",
        Scopes.Work => "of a worker",
        var any when any.HasFlag(Scopes.Work) => "that may read and write, or one of a worker",
        _ => "that may read and write",
    }}{(needs.OrSecret ? "; or none at all, and what opens this alone: its parameters say what that is." : ".")}";
}
