using System.Globalization;
using Rein.Protocol.Problems;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>The file of a run that has ended. To be disposed by the caller.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="format"><c>ndjson</c> (what the SHA-256 is over), <c>json</c> or <c>csv</c>.</param>
    /// <param name="wait">How long to wait for the account of the items, which follows the end of the run; at most a minute. Null: not at all.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException">
    /// <c>export_not_ready</c>: the run has not ended, or its items are being counted; <c>export_failed</c>: see <see cref="AskForExport"/>;
    /// <c>too_many_columns</c>; <c>run_not_found</c>.
    /// </exception>
    public async Task<ExportFile> ReadExport(Guid run, string format = "ndjson", TimeSpan? wait = null, CancellationToken cancel = default)
    {
        var path = new QueryText($"/v1/runs/{run}/export").With("format", format).Wait(wait).ToString();
        var response = await Send(new(HttpMethod.Get, path), "*/*", cancel).ConfigureAwait(false);
        try
        {
            return new()
            {
                Items = long.Parse(HeaderOf(response, "Rein-Items"), NumberStyles.None, CultureInfo.InvariantCulture),
                Sha256 = HeaderOf(response, "Rein-Items-Sha256"),
                FileName = response.Content.Headers.ContentDisposition?.FileName?.Trim('"') ?? $"run-{run}.{format}",
                // The stream owns the connection: disposing it gives the connection back.
                Content = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false),
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Takes the account of a run's items up again where it was given up; otherwise nothing changes.</summary>
    /// <returns>As it is now: <c>due</c> or <c>done</c>.</returns>
    /// <param name="run">Its id.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>export_not_ready</c>: the run has not ended; <c>run_not_found</c>.</exception>
    public Task<ExportDocument> AskForExport(Guid run, CancellationToken cancel = default) =>
        Send(new(HttpMethod.Post, $"/v1/runs/{run}/export"), ProtocolJson.Default.ExportDocument, cancel);

    static string HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            ? values.First()
            : throw new ReinException(Problem.Of(ProblemCodes.UnexpectedResponse, $"The answer has no header {name}."));
}
