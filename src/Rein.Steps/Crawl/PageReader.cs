using System.Text;
using AngleSharp.Css.Dom;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Rein.Steps.Web;

namespace Rein.Steps.Crawl;

/// <summary>HTML to what a crawl wants of it. Looks at its token at every element: a page may be made to be slow.</summary>
sealed class PageReader(ISelector links, IReadOnlyList<FieldRule> fields)
{
    const int MostElements = 200_000;

    /// <exception cref="WebTrouble">It is none that can be read.</exception>
    public Page Read(byte[] html, Encoding? encoding, Uri url, CancellationToken stop)
    {
        using var document = Parse(html, encoding, stop);
        var page = new Findings(url, fields);
        foreach (var element in Elements(document))
        {
            stop.ThrowIfCancellationRequested();
            if (element.LocalName is "base" && element.GetAttribute("href") is { } root)
                page.SetRoot(root);
            if (links.Match(element, null) && element.GetAttribute("href") is { } link)
                page.AddLink(link);
            page.Take(element);
        }
        return page.Page(document.Title);
    }

    static IDocument Parse(byte[] html, Encoding? encoding, CancellationToken stop)
    {
        var count = 0;
        var parser = new HtmlParser(new HtmlParserOptions { OnCreated = (_, _) => Look() });
        // Where the answer does not say how it is written, the page itself does.
        return encoding is null ? parser.ParseDocument(new MemoryStream(html)) : parser.ParseDocument(Charset.Decode(html, encoding));

        void Look()
        {
            stop.ThrowIfCancellationRequested();
            if (++count > MostElements)
                throw new WebTrouble($"the page has more than {MostElements} elements");
        }
    }

    /// <summary>In the order of the page, without a call per level.</summary>
    static IEnumerable<IElement> Elements(IDocument document)
    {
        var path = new Stack<(INodeList Nodes, int At)>();
        path.Push((document.ChildNodes, 0));
        while (path.TryPop(out var here))
        {
            if (here.At >= here.Nodes.Length)
                continue;
            path.Push((here.Nodes, here.At + 1));
            if (here.Nodes[here.At] is not IElement element)
                continue;
            yield return element;
            path.Push((element.ChildNodes, 0));
        }
    }
}
