using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Items;
using Rein.Server.Problems;

namespace Rein.Server.Api.Feeds;

/// <summary>All items there are now after a position, as one stream.</summary>
sealed class ItemStream(Guid run, ItemPosition after, ItemForm form, IItemText text, IRunReader reader) : IResult
{
    public static async Task<IResult> Open(Guid run, ItemPosition after, ItemForm form, IRunReader reader, CancellationToken cancel) =>
        await TextOf(run, after, form, reader, cancel) is { } text
            ? new ItemStream(run, after, form, text, reader)
            : Refusal.Of(ProblemCodes.TooManyColumns);

    /// <returns>Null where the items do not fit into a table.</returns>
    public static async Task<IItemText?> TextOf(Guid run, ItemPosition after, ItemForm form, IRunReader reader, CancellationToken cancel) => form switch
    {
        ItemForm.Ndjson => new LinesOfItems(),
        ItemForm.Json => new ArrayOfItems(),
        _ => await CsvColumns.Of(reader.PagesOfItems(run, after, cancel)) is { } columns ? new CsvOfItems(columns) : null,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = form.MediaType();
        await text.Copy(reader.PagesOfItems(run, after, httpContext.RequestAborted), httpContext.Response.BodyWriter, httpContext.RequestAborted);
    }
}
