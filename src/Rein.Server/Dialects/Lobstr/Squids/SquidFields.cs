using System.Text.Json;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>What may be said of a squid. What is not said stays as it was.</summary>
sealed record SquidFields(string? NewName, bool? IsActive, int? Concurrency, JsonElement? Params)
{
    public const int LongestName = 200;
    public const int MostAtOnce = 20;

    public static string? Name(Fields fields) => fields.Text("name", LongestName, shortest: 1);

    public static SquidFields Read(Fields fields)
    {
        var said = new SquidFields(Name(fields), fields.Flag("is_active"), fields.Whole("concurrency", 1, MostAtOnce), fields.Any("params"));
        if (said.Params is { ValueKind: not JsonValueKind.Object })
            fields.Refuse("params", "must be an object");
        if (said.Params is { } given && Nesting.IsTooDeep(given))
            fields.Refuse("params", $"must be nested at most {Nesting.Most} deep");
        // To take it and never to run would be worse than to say so.
        if (fields.Text("cron_expression", LongestName) is { Length: > 0 })
            fields.Refuse("cron_expression", "cannot be: nothing is started by the clock here");
        return said;
    }

    public SquidRow Of(SquidRow row) => row with
    {
        Name = NewName ?? row.Name, IsActive = IsActive ?? row.IsActive, Concurrency = Concurrency ?? row.Concurrency, Params = Params ?? row.Params,
    };
}
