using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Server.Commits;

namespace Rein.Server.Duties;

/// <summary>Brings one run's wish to everything that lives below it. A child that lives has a cascade of its own; one that has ended has none.</summary>
sealed class Cascade(IRunReader reader, RunCommands commands, StopRequest wish, ILogger log)
{
    const int ChildrenAtOnce = 200;
    const int AllChildren = 10_000;

    CommitException? failed;

    /// <exception cref="CommitException">Some child could not be told; all others were.</exception>
    public async Task Tell(Guid run, CancellationToken stop)
    {
        var parents = new Queue<Guid>([run]);
        while (parents.TryDequeue(out var parent))
        {
            var living = await TellChildren(parent, stop);
            foreach (var ended in await EndedChildren(parent, living, stop))
                parents.Enqueue(ended);
        }
        if (failed is not null)
            throw failed;
    }

    /// <summary>
    /// Every child is told once per request, for each may be sharper than the one before; done when a look finds none without a wish.
    /// Children cannot come meanwhile: their parent has one, or has ended.
    /// </summary>
    async Task<HashSet<Guid>> TellChildren(Guid parent, CancellationToken stop)
    {
        var told = new HashSet<Guid>();
        var living = new HashSet<Guid>();
        var next = await reader.Children(parent, ChildFilter.Live, AllChildren, stop);
        while (next.Where(told.Add).ToArray() is { Length: > 0 } children)
        {
            var answers = await Task.WhenAll(children.Select(Tell));
            living.UnionWith(children.Where((_, i) => answers[i] is not Answer.AlreadyEnded));
            next = await reader.Children(parent, ChildFilter.Unstopped, ChildrenAtOnce, stop);
        }
        return living;
    }

    /// <summary>One child that cannot be told keeps the wish from nobody else.</summary>
    async Task<Answer?> Tell(Guid child)
    {
        try
        {
            return (await commands.Submit(null, Inherit(child))).Answer;
        }
        catch (CommitException poison)
        {
            failed = poison;
            return null;
        }
    }

    RequestStop Inherit(Guid child) => new(child, StopOrigin.Parent, wish.Actor, wish.Reason, Grace: null, wish.Fence, wish.Force)
    {
        Until = wish.GraceEndsAt, ParentSkipsCleanUp = wish.SkipsCleanUp,
    };

    async Task<IEnumerable<Guid>> EndedChildren(Guid parent, HashSet<Guid> living, CancellationToken stop)
    {
        var children = await reader.Children(parent, ChildFilter.Tree, AllChildren, stop);
        if (children.Count == AllChildren)
            log.ChildrenPassedOver(parent, AllChildren);
        return children.Where(child => !living.Contains(child));
    }
}
