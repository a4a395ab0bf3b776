using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>Lists go by the number of a page, from 1.</summary>
/// <param name="Number">Which page.</param>
/// <param name="Limit">How many are on one.</param>
readonly record struct Paging(int Number, int Limit)
{
    public const string Page = "page";

    const int Usual = 50;
    const int Most = 100;
    const int Farthest = 1_000_000;

    public static Parameter[] Asks { get; } =
    [
        Parameter.Whole(Page, "Which page, from 1.", 1) with { Most = Farthest },
        Parameter.Whole("limit", $"How many are on one. Default: {Usual}; who asks for more than {Most} gets {Most}.", 1) with { Most = int.MaxValue },
        Parameter.Whole("page_size", "The same as `limit`.", 1) with { Most = int.MaxValue },
    ];

    public int Skip => (Number - 1) * Limit;

    /// <summary>Who asks for more on a page than there may be gets as many as there may be, and `next` leads on.</summary>
    public static Paging Read(Query query)
    {
        var number = query.Whole(Page, 1, Farthest) ?? 1;
        var limit = query.Whole("limit", 1, int.MaxValue) ?? query.Whole("page_size", 1, int.MaxValue) ?? Usual;
        return new((int)number, (int)Math.Min(limit, Most));
    }

    public PageDocument<T> Of<T>(IReadOnlyList<T> data, long total, HttpRequest request, Links links)
    {
        var pages = Math.Max(1, (total + Limit - 1) / Limit);
        return new()
        {
            TotalResults = total,
            Limit = Limit,
            Page = Number,
            TotalPages = pages,
            ResultFrom = data.Count == 0 ? 0 : Skip + 1,
            ResultTo = data.Count == 0 ? 0 : Skip + data.Count,
            Data = data,
            Next = Number < pages ? links.ToPage(request, Number + 1) : null,
            Previous = Number > 1 ? links.ToPage(request, Math.Min(Number - 1, pages)) : null,
        };
    }

    /// <summary>Of all that there is, what is on this page.</summary>
    public PageDocument<T> Cut<T>(IReadOnlyList<T> all, HttpRequest request, Links links) => Of([.. all.Skip(Skip).Take(Limit)], all.Count, request, links);
}
