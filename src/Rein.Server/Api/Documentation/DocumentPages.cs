using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Rein.Server.Api.Documentation;

/// <summary>The documents as pages. Each is made when it is first asked for; whatever is no text of a document is escaped.</summary>
sealed class DocumentPages
{
    static readonly Dictionary<string, string> Files = DocumentNames.Addresses.ToDictionary(page => page.Value, page => page.Key, StringComparer.Ordinal);

    readonly ConcurrentDictionary<string, byte[]> pages = new(StringComparer.Ordinal);
    readonly MarkdownPipeline pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    public static byte[] Style { get; } = Encoding.UTF8.GetBytes(DocumentNames.Read("style.css"));

    /// <summary>UTF-8; null where there is no such page.</summary>
    public byte[]? Find(string address) => Files.TryGetValue(address, out var file) ? pages.GetOrAdd(address, _ => Make(file)) : null;

    byte[] Make(string file)
    {
        var document = Markdown.Parse(DocumentNames.Read(file), pipeline);
        foreach (var link in document.Descendants<LinkInline>().ToList())
            Mend(link, file);
        return Encoding.UTF8.GetBytes(Frame(TitleOf(document), document.ToHtml(pipeline)));
    }

    /// <summary>What leads nowhere keeps its words. Pictures are not served.</summary>
    static void Mend(LinkInline link, string file)
    {
        if (!link.IsImage && DocumentNames.Follow(file, link.Url ?? "") is { } address)
        {
            link.Url = address;
            return;
        }
        var words = new ContainerInline();
        link.ReplaceBy(words);
        link.MoveChildrenAfter(words);
    }

    static string TitleOf(MarkdownDocument document)
    {
        var heading = document.Descendants<HeadingBlock>().FirstOrDefault();
        return heading?.Inline is { } words ? string.Concat(words.Descendants<LeafInline>().Select(Text)) : "Documentation";
    }

    static string? Text(LeafInline leaf) => leaf is CodeInline code ? code.Content : leaf.ToString();

    static string Frame(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="stylesheet" href="{DocumentNames.Root}style.css">
        </head>
        <body>
        <nav><a href="{DocumentNames.Root}">Rein</a></nav>
        <main>
        {body}
        </main>
        </body>
        </html>
        """;
}
