namespace Rein.System.Tests.Limits;

/// <summary>H3 and I4 over random sequences. The seed is printed, and `REIN_SEED` gives it back. 200 sequences with REIN_LONG=1.</summary>
public sealed class HeldIsWhatLivesTests(ITestOutputHelper output)
{
    const int Moves = 120;
    static readonly bool IsLong = Environment.GetEnvironmentVariable("REIN_LONG") == "1";

    [Theory(DisplayName = "H3 Behind every move of random sequences, what is held is what lives, and nobody waits in vain")]
    [InlineData("sqlite", 3)]
    [InlineData("postgres", 1)]
    public async Task What_is_held_is_what_lives(string dialect, int sequences)
    {
        var given = int.TryParse(Environment.GetEnvironmentVariable("REIN_SEED"), out var seed);
        for (var i = 0; i < (given ? 1 : IsLong ? 200 : sequences); i++)
            await Walk(dialect, given ? seed : Random.Shared.Next(), _ => Task.CompletedTask);
    }

    [Theory(DisplayName = "H3 A slot that is not given back is noticed")]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_slot_that_is_not_given_back_is_noticed(string dialect)
    {
        var noticed = await Assert.ThrowsAsync<SlotException>(() => Walk(dialect, seed: 1, database => database.KeepSlots()));
        Assert.Contains("who holds", noticed.Message, StringComparison.Ordinal);
    }

    async Task Walk(string dialect, int seed, Func<SlotStores, Task> prepare)
    {
        output.WriteLine($"REIN_SEED={seed} ({dialect})");
        await using var database = SlotStores.Of(dialect);
        var random = new Random(seed);
        var world = new SlotWorld(database, await database.Open(), random);
        await prepare(database);
        var moves = new SlotMoves(world, random);
        var trace = new List<string>();
        try
        {
            for (var i = 0; i < Moves; i++)
            {
                trace.Add(await moves.Next());
                await world.Check(mayOverfill: trace[^1].StartsWith("workflow", StringComparison.Ordinal));
                if (i % 10 == 9)
                    await world.AdmitAll();
            }
        }
        catch (SlotException broken)
        {
            throw new SlotException($"seed {seed}, behind move {trace.Count}: {broken.Message}\n  {string.Join("\n  ", trace)}");
        }
        finally
        {
            await world.Stores.DisposeAsync();
        }
        output.WriteLine($"  {world.Runs.Count} runs, {world.Live.Count()} of them live at the end");
    }
}
