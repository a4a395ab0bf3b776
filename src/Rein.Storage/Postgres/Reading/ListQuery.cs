using Npgsql;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Postgres.Engine;

namespace Rein.Storage.Postgres.Reading;

/// <summary>The one statement that is composed: the list of runs, by what its filter asks for. What comes from outside is a parameter.</summary>
sealed class ListQuery
{
    readonly List<string> conditions = [];
    readonly List<NpgsqlParameter> args = [];

    public ListQuery(RunFilter filter)
    {
        Where("r.org = {0}", Arg.Of(filter.Organization));
        AddStates(filter);
        if (filter.IsWhole is { } whole)
            conditions.Add(whole ? $"(r.state = 3 AND r.cause <> {(int)Cause.Partial})" : $"(r.state = 4 OR (r.state = 3 AND r.cause = {(int)Cause.Partial}))");
        if (filter.IsStopping is { } stopping)
            conditions.Add(stopping ? "r.stop IS NOT NULL" : "(r.stop IS NULL OR r.ended_at IS NOT NULL)");
        if (filter.Workflow is { } workflow)
            Where("r.workflow = {0}", Arg.Of(workflow));
        if (filter.IsOfAWorkflow)
            conditions.Add("r.workflow IS NOT NULL");
        if (filter.Label is { } label)
            Where("r.id IN (SELECT l.run FROM labels AS l WHERE l.org = r.org AND l.name = {0} AND l.value = {1})", Arg.Of(label.Name), Arg.Of(label.Value));
        if (filter.Before is { } before)
            Where("r.id < {0}", Arg.Of(before));
        args.Add(Arg.Of((long)filter.Count));
        args.Add(Arg.Of((long)filter.Skip));
    }

    public NpgsqlParameter[] Args => [.. args];

    public string Text
    {
        get
        {
            var view = Sql.Of("Reading/find");
            var columns = view.AsSpan(0, view.IndexOf("WHERE r.id", StringComparison.Ordinal));
            return $"{columns}WHERE {string.Join(" AND ", conditions)} ORDER BY r.id DESC LIMIT ${args.Count - 1} OFFSET ${args.Count}";
        }
    }

    /// <summary>Said so that the partial indexes over what lives and what went wrong can be used.</summary>
    void AddStates(RunFilter filter)
    {
        var states = filter.States.IsDefaultOrEmpty ? [] : filter.States.Select(state => (int)state).Distinct().ToArray();
        if (states.Length > 0)
            Where("r.state = ANY({0})", Arg.Of(states));
        if (filter.IsStopping is true || (states.Length > 0 && states.All(state => state < (int)RunState.Succeeded)))
            conditions.Add("r.ended_at IS NULL");
        if (states.Length > 0 && states.All(state => state > (int)RunState.Succeeded))
            conditions.Add("r.ended_as > 3");
    }

    void Where(string condition, params NpgsqlParameter[] values)
    {
        var places = Enumerable.Range(args.Count + 1, values.Length).Select(place => (object)$"${place}").ToArray();
        conditions.Add(string.Format(System.Globalization.CultureInfo.InvariantCulture, condition, places));
        args.AddRange(values);
    }
}
