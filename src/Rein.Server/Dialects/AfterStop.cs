using Microsoft.Extensions.Logging;

namespace Rein.Server.Dialects;

/// <summary>Answers a stop that is durable: whatever goes wrong while the run is read back and written down must not unsay it.</summary>
sealed class AfterStop(ILogger<AfterStop> logger)
{
    /// <param name="run">That was stopped.</param>
    /// <param name="whole">Reads it back. What it gives is written already, so that what cannot be written is found before anything is sent.</param>
    /// <param name="bare">What the commit had at hand.</param>
    /// <param name="cancel">The client has hung up: then there is nobody to answer.</param>
    public async Task<T> Tell<T>(Guid run, Func<Task<T>> whole, Func<T> bare, CancellationToken cancel)
    {
        try
        {
            return await whole();
        }
        catch (Exception broken) when (!cancel.IsCancellationRequested)
        {
            logger.NotReadBack(broken, run);
            return bare();
        }
    }
}
