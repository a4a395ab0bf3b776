using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Reading;

/// <summary>The one statement that is composed: the list of runs, by what its filter asks for.</summary>
static class ListQuery
{
    public static Statement Compose(Connection connection, RunFilter filter)
    {
        var conditions = Conditions(filter).ToList();
        var onlyLive = conditions.Contains(Live);
        var view = Sql.Of("Reading/find");
        var sql = string.Concat(
            view.AsSpan(0, view.IndexOf("FROM runs", StringComparison.Ordinal)),
            onlyLive ? "FROM runs INDEXED BY runs_live" : "FROM runs",
            " LEFT JOIN exports ON exports.run = runs.id WHERE runs.org = @org AND ",
            $"{string.Join(" AND ", conditions.Append("1"))} ORDER BY runs.id DESC LIMIT @count OFFSET @skip");
        return Bind(connection.Prepare("Reading/list", sql), filter);
    }

    const string Live = "ended_at IS NULL";

    /// <summary>Fragments only; what comes from outside is bound, in this order.</summary>
    static IEnumerable<string> Conditions(RunFilter filter)
    {
        var states = filter.States.IsDefaultOrEmpty ? [] : filter.States.Select(state => (int)state).Distinct().ToList();
        if (states.Count > 0)
            yield return $"state IN ({string.Join(", ", states)})";
        if (filter.IsStopping is true || (states.Count > 0 && states.TrueForAll(state => state < (int)RunState.Succeeded)))
            yield return Live;
        if (states.Count > 0 && states.TrueForAll(state => state > (int)RunState.Succeeded))
            yield return "state > 3";
        if (filter.IsWhole is { } whole)
            yield return whole ? $"state = 3 AND cause <> {(int)Cause.Partial}" : $"(state = 4 OR (state = 3 AND cause = {(int)Cause.Partial}))";
        if (filter.IsStopping is { } stopping)
            yield return stopping ? "stop IS NOT NULL" : "(stop IS NULL OR ended_at IS NOT NULL)";
        if (filter.Workflow is not null)
            yield return "workflow = @workflow";
        if (filter.IsOfAWorkflow)
            yield return "workflow IS NOT NULL";
        if (filter.Label is not null)
            yield return "runs.id IN (SELECT run FROM labels WHERE labels.org = @org AND name = @name AND value = @value)";
        if (filter.Before is not null)
            yield return "runs.id < @before";
    }

    static Statement Bind(Statement query, RunFilter filter)
    {
        query.Bind(filter.Organization);
        if (filter.Workflow is { } workflow)
            query.Bind(workflow);
        if (filter.Label is { } label)
            query.Bind(label.Name).Bind(label.Value);
        if (filter.Before is { } before)
            query.Bind(before);
        return query.Bind(filter.Count).Bind(filter.Skip);
    }
}
