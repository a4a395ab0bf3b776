using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.System.Tests.Host;

/// <summary>Nobody can end it: it is left behind by its kill, for a reason, and gone when something else is over.</summary>
sealed class Outliving(string why, Task over) : IStoppable
{
    readonly TaskCompletionSource<Ending> gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Kind => "thing";

    public string Id => why;

    public Task<Ending> Gone => gone.Task;

    public Task Cleared => over;

    public void Ask()
    {
    }

    public void Kill() => gone.TrySetResult(Ending.ByItself with { Residuals = [new(Kind, Id, why)] });
}
