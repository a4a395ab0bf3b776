using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Trials;

/// <summary>The definitions of examples/workflows/, each of them with an input of its own per key.</summary>
sealed class Examples
{
    /// <summary>So that packing them, and adding them up, takes long enough for a stop to meet it.</summary>
    const int Files = 300;

    static readonly string s_workflows = Path.Combine(Repository.Root, "examples", "workflows");

    readonly TrialSite site;
    readonly string root;
    readonly string files;
    readonly string same;

    public Examples(TrialSite site, string root)
    {
        (this.site, this.root) = (site, root);
        (files, same) = (Filled("files"), Filled("same"));
    }

    public static IReadOnlyList<string> Names { get; } = [.. Directory.GetFiles(s_workflows, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public static JsonNode Definition(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(s_workflows, name + ".json")))!;

    /// <summary>The steps that run at the end, whatever happens.</summary>
    public static IReadOnlyList<string> CleanUpOf(string? name) => name is "pack-folder" ? ["tidy"] : [];

    /// <param name="callBack">After so many milliseconds the service calls; -1 for never.</param>
    public JsonElement Input(string name, string key, int callBack)
    {
        var below = $"{site.Url}/{key}";
        JsonObject input = name switch
        {
            "inventory" => new() { ["folder"] = files },
            "two-inventories" => new() { ["before"] = files, ["after"] = same },
            "pack-folder" => new() { ["folder"] = files, ["archive"] = Archive(key) },
            "ask-before-deleting" => new() { ["folder"] = WithAnOldFile(key), ["days"] = "30" },
            "site-titles" => new() { ["site"] = $"{below}/page/0" },
            "is-it-up" => new() { ["url"] = $"{below}/up" },
            "order-total" => new() { ["orders"] = $"{below}/orders" },
            "check-links" => new() { ["urls"] = new JsonArray([.. Enumerable.Range(0, 24).Select(n => (JsonNode)$"{below}/{(n % 3) switch { 0 => "up", 1 => "slow", _ => "broken" }}")]) },
            "wait-for-callback" => new() { ["service"] = $"{below}/order/{callBack}", ["rein"] = "http://wherever.example", ["order"] = key },
            _ => throw new InvalidOperationException($"The trials know no input for the example {name}."),
        };
        return JsonElement.Parse(input.ToJsonString());
    }

    public string Archive(string key) => Path.Combine(root, key + ".tgz");

    public string OldFile(string key) => Path.Combine(root, key, "old");

    string WithAnOldFile(string key)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, key)).FullName;
        File.WriteAllText(OldFile(key), "1");
        File.SetLastWriteTimeUtc(OldFile(key), DateTime.UnixEpoch);
        return folder;
    }

    string Filled(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        for (var i = 0; i < Files; i++)
            File.WriteAllText(Path.Combine(folder, $"{i}.txt"), new string((char)('a' + (i % 26)), 1 + (i * 100)));
        return folder;
    }
}
