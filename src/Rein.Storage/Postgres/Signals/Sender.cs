namespace Rein.Storage.Postgres.Signals;

/// <summary>Every payload says first who sent it: a node needs no telling of what it committed itself.</summary>
readonly record struct Sender(string Id)
{
    public static Sender New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));

    public string Sign(string payload) => $"{Id} {payload}";

    /// <summary>What another has said; null where it was this one.</summary>
    public string? Open(string payload) =>
        payload.IndexOf(' ', StringComparison.Ordinal) is var end and > 0 && payload.AsSpan(0, end) is var from && !from.SequenceEqual(Id)
            ? payload[(end + 1)..]
            : null;
}
