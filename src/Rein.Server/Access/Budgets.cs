namespace Rein.Server.Access;

/// <summary>What one key may ask for in a second. Stops have a bucket of their own: nothing else can empty it, and they empty no other.</summary>
/// <param name="Requests">Null: as many as come.</param>
/// <param name="Stops">Null: as many as come.</param>
sealed record Budgets(Bucket? Requests, Bucket? Stops)
{
    public static Budgets Unlimited { get; } = new(null, null);

    public bool IsFull(long now) => Requests?.IsFull(now) is not false && Stops?.IsFull(now) is not false;
}
