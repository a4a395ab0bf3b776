namespace Rein.House.Tests;

static class None
{
    // Assert.Empty shows the first five and cuts each: whoever has to mend it needs them all.
    public static void Of(IEnumerable<string> found)
    {
        var all = found.ToList();
        if (all.Count > 0) Assert.Fail(string.Join('\n', all));
    }
}
