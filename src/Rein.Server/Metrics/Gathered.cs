using System.Diagnostics.Metrics;

namespace Rein.Server.Metrics;

/// <summary>Everything the instruments of one node have measured since it began. Other listeners may hear the same instruments.</summary>
sealed class Gathered : IDisposable
{
    readonly MeterListener listener = new();
    readonly SortedDictionary<string, Measured> all = new(StringComparer.Ordinal);
    readonly Lock reading = new();

    public Gathered(Meter meter)
    {
        listener.InstrumentPublished = (instrument, hears) =>
        {
            if (instrument.Meter == meter)
                hears.EnableMeasurementEvents(instrument, all[instrument.Name] = new(instrument));
        };
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, measured) => ((Measured)measured!).Add(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, measured) => ((Measured)measured!).Add(value, tags));
        listener.Start();
    }

    /// <summary>Asks those that have to be asked, and tells everything, by name.</summary>
    public IReadOnlyCollection<Measured> Read()
    {
        lock (reading)
            listener.RecordObservableInstruments();
        return all.Values;
    }

    public void Dispose() => listener.Dispose();
}

/// <summary>One instrument and its series. Labels are from closed sets, so the series are few and are looked for one by one.</summary>
sealed class Measured(Instrument instrument)
{
    readonly IReadOnlyList<double> bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [];
    readonly Lock gate = new();
    Series[] series = [];

    public Instrument Instrument => instrument;
    public IReadOnlyList<double> Bounds => bounds;
    public IReadOnlyList<Series> Series => Volatile.Read(ref series);

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        (Find(labels) ?? Create(labels)).Add(value);

    Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (var one in Volatile.Read(ref series))
            if (one.Has(labels))
                return one;
        return null;
    }

    Series Create(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (gate)
        {
            if (Find(labels) is { } other)
                return other;
            var created = new Series(labels.ToArray(), bounds);
            Volatile.Write(ref series, [.. series, created]);
            return created;
        }
    }
}
