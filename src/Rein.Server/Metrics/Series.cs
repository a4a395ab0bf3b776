namespace Rein.Server.Metrics;

/// <summary>What one instrument has measured under one set of labels. Any thread adds; a page reads all of it at once.</summary>
/// <param name="bounds">Of a histogram's buckets; empty for what has none.</param>
sealed class Series(KeyValuePair<string, object?>[] labels, IReadOnlyList<double> bounds)
{
    readonly long[] counts = new long[bounds.Count + 1];
    readonly Lock gate = new();
    double sum;
    double last;

    public IReadOnlyList<KeyValuePair<string, object?>> Labels => labels;

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != labels.Length)
            return false;
        for (var i = 0; i < labels.Length; i++)
            if (tags[i].Key != labels[i].Key || !Equals(tags[i].Value, labels[i].Value))
                return false;
        return true;
    }

    public void Add(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket])
            bucket++;
        lock (gate)
        {
            counts[bucket]++;
            sum += value;
            last = value;
        }
    }

    public Figures Read()
    {
        lock (gate)
            return new([.. counts], sum, last);
    }
}

/// <param name="Counts">Per bucket, the one without an upper bound last.</param>
sealed record Figures(IReadOnlyList<long> Counts, double Sum, double Last);
