using Rein.Worker.Ladder;

namespace Rein.Worker;

public sealed partial class RunContext
{
    /// <summary>
    /// Does something that should not be interrupted half-way. A stop that comes meanwhile, of whatever origin, waits with its question until this is over: the token fires
    /// then, and processes that the attempt holds are sent their SIGTERM then. Its time runs nevertheless: when the grace is over everything is killed, and the
    /// token fires at the latest then; a stop without a grace does not wait at all. So it is for what takes moments. May be nested and used side by side: the question waits for
    /// the last one. One that begins behind the question delays nothing.
    /// </summary>
    /// <param name="work">Gets no token, because none fires. <see cref="Stop"/> says within it that a stop waits.</param>
    public async Task Protect(Func<Task> work)
    {
        attempt.Shelter();
        try
        {
            await work();
        }
        finally
        {
            attempt.Unshelter();
        }
    }

    /// <summary>The same for something that has a result.</summary>
    /// <param name="work">Gets no token, because none fires.</param>
    public async Task<T> Protect<T>(Func<Task<T>> work)
    {
        attempt.Shelter();
        try
        {
            return await work();
        }
        finally
        {
            attempt.Unshelter();
        }
    }

    /// <summary>Takes something into the care of the attempt's ladder: it is asked and killed with it, and nothing of it outlives the attempt.</summary>
    /// <returns>False: the attempt is over already, and the thing was killed.</returns>
    public bool Hold(IStoppable thing) => attempt.Hold(thing);

    /// <summary>
    /// Makes the attempt answer for something that its code has opened: it is released when the attempt is over, however it ends, and stands in its <c>residuals</c> until it
    /// is gone. Code may release it earlier by itself: the look finds it gone. It does not survive the death of the worker's process.
    /// </summary>
    /// <returns>False: the attempt is over already, and the resource is being released.</returns>
    public bool Register(Resource resource) => attempt.Register(resource);

    /// <summary>Makes an empty folder under the system's temporary one, which is gone with the attempt.</summary>
    /// <returns>Its path.</returns>
    public string CreateFolder()
    {
        var path = Directory.CreateTempSubdirectory("rein-").FullName;
        Register(Resource.Folder(path));
        return path;
    }
}
