using System.Globalization;
using Rein.Core.Stores;
using Rein.Server.Items;

namespace Rein.Server.Api.Exports;

/// <summary>The file of a run that has ended. One that would turn out shorter than its manifest says breaks off, and is never passed for whole.</summary>
sealed class ExportFile(Guid run, Manifest manifest, ItemForm form, IItemText text, IRunReader reader) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = $"\"{manifest.Sha256}.{form.NameOf()}\"";
        response.Headers.ETag = tag;
        response.Headers["Rein-Items"] = manifest.Items.ToString(CultureInfo.InvariantCulture);
        response.Headers["Rein-Items-Sha256"] = manifest.Sha256;
        if (httpContext.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = form.MediaType();
        response.Headers.ContentDisposition = $"attachment; filename=\"run-{run}.{form.NameOf()}\"";
        if (form is ItemForm.Ndjson)
            response.ContentLength = manifest.Bytes;
        var cancel = httpContext.RequestAborted;
        var items = await text.Copy(reader.PagesOfItems(run, ItemPosition.Start, cancel), response.BodyWriter, cancel);
        if (items != manifest.Items)
            httpContext.Abort();
    }
}
