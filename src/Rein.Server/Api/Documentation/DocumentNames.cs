using System.Reflection;

namespace Rein.Server.Api.Documentation;

/// <summary>Which documents the build carries, by their file in the repository, and where each is served.</summary>
static class DocumentNames
{
    public const string Root = "/docs/";

    static readonly Assembly Build = typeof(DocumentNames).Assembly;

    /// <summary>File → address, e.g. docs/decisions/0001-lifecycle.md → /docs/decisions/0001-lifecycle.</summary>
    public static IReadOnlyDictionary<string, string> Addresses { get; } = Build.GetManifestResourceNames()
        .Where(name => name.EndsWith(".md", StringComparison.Ordinal))
        .ToDictionary(name => name, AddressOf, StringComparer.Ordinal);

    /// <summary>A folder's README is the folder; what stands beside the folder of the documents is the project's.</summary>
    static string AddressOf(string file)
    {
        var name = file[..^".md".Length];
        if (!name.StartsWith("docs/", StringComparison.Ordinal))
            return $"{Root}project/{name.ToLowerInvariant()}";
        return "/" + (name.EndsWith("/README", StringComparison.Ordinal) ? name[..^"README".Length] : name);
    }

    public static string Read(string name)
    {
        using var reader = new StreamReader(Build.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The build lacks {name}."));
        return reader.ReadToEnd();
    }

    /// <summary>Where a link in a document leads: within the pages, to another site, or nowhere (null).</summary>
    public static string? Follow(string file, string link)
    {
        if (link.StartsWith('#'))
            return link;
        if (!Uri.TryCreate(new Uri($"file:///{file}"), link, out var to))
            return null;
        if (to.Scheme is "http" or "https")
            return to.AbsoluteUri;
        return to.IsFile && Addresses.TryGetValue(to.AbsolutePath.TrimStart('/'), out var address) ? address + to.Fragment : null;
    }
}
