using System.Diagnostics;

namespace Rein.Cli.Children;

/// <summary>How a child of this program is ended: asked, waited for, and killed where that does not help.</summary>
static class Endings
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task End(this Process process)
    {
        if (!process.HasExited)
            Signals.Terminate(process.Id);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }
}
