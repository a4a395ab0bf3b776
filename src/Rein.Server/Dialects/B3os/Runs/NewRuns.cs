using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Dialects.B3os.Runs;

/// <summary>Finds the runs of a workflow that were not there at the last look, oldest first. Of more than 500 the newest.</summary>
sealed class NewRuns(Guid organization, string workflow, IRunReader reader)
{
    const int Page = 50;
    const int MostPages = 10;

    /// <summary>What was there at the last look, as far back as that went.</summary>
    HashSet<Guid> known = [];

    /// <summary>What is older was there before, and only comes into sight when something newer goes.</summary>
    Guid oldest;

    bool isFirst = true;

    /// <returns>Of the first look, which only remembers, nothing.</returns>
    public async Task<IReadOnlyList<Run>> Next(CancellationToken cancel)
    {
        var seen = new List<Run>();
        var filter = new RunFilter(organization, Page) { Workflow = workflow };
        for (var page = 0; page < MostPages; page++)
        {
            // Nodes whose clocks differ make ids that are not in the order of their commits: the whole page is compared.
            var runs = (await reader.List(filter, cancel)).Select(view => view.Run).ToList();
            seen.AddRange(runs.Where(run => run.Id >= oldest));
            if (runs.Count < Page || isFirst || runs.Exists(run => run.Id < oldest || known.Contains(run.Id)))
                break;
            filter = filter with { Before = runs[^1].Id };
        }
        var found = isFirst ? [] : seen.Where(run => !known.Contains(run.Id)).Reverse().ToList();
        (known, isFirst) = ([.. seen.Select(run => run.Id)], false);
        if (seen.Count >= Page)
            oldest = seen[^1].Id;
        return found;
    }
}
