using System.Collections.Frozen;

namespace Rein.Server.Items;

/// <summary>How a run's items are written into one file.</summary>
enum ItemForm
{
    /// <summary>The bare value of each on a line of its own. This file is what the digest of a manifest is over.</summary>
    Ndjson,

    /// <summary>One JSON array.</summary>
    Json,
    Csv,
}

static class ItemForms
{
    public static FrozenDictionary<string, ItemForm> Words { get; } = Enum.GetValues<ItemForm>().ToFrozenDictionary(NameOf);

    public static string NameOf(this ItemForm form) => form switch
    {
        ItemForm.Ndjson => "ndjson",
        ItemForm.Json => "json",
        _ => "csv",
    };

    public static string MediaType(this ItemForm form) => form switch
    {
        ItemForm.Ndjson => "application/x-ndjson",
        ItemForm.Json => "application/json",
        _ => "text/csv; charset=utf-8; header=present",
    };
}
