namespace Rein.House.Tests;

public sealed class SizeTests
{
    [Fact]
    public void Files_stay_small()
    {
        var sizes = Sizes.OfFiles(SourceFile.Ours);
        Console.WriteLine($"   files   {sizes}");
        Assert.NotEmpty(sizes.Longest);
        Hold(sizes, median: 50, p90: 150, max: 400);
    }

    [Fact]
    public void Methods_stay_small()
    {
        var sizes = Sizes.OfMethods(SourceFile.Ours);
        Console.WriteLine($"   methods {sizes}");
        Hold(sizes, median: 20, p90: 20, max: 60);
    }

    [Fact]
    public void Every_file_is_understood_by_the_parser_that_measures_it()
    {
        var misread = SourceFile.Ours.SelectMany(f => f.Tree.GetDiagnostics()).Select(d => d.ToString());
        None.Of(misread);
    }

    [Fact]
    public void Bodies_are_counted_wherever_they_hide()
    {
        var file = SourceFile.Parse("x.cs", """
            static class X
            {
                extension(string s)
                {
                    public int Twice()
                    {
                        return s.Length * 2;
                    }
                }
                static int P
                {
                    get
                    {
                        return Local();
                        int Local() =>
                            field;
                    }
                }
            }
            """);
        Assert.Empty(file.Tree.GetDiagnostics(TestContext.Current.CancellationToken));
        Assert.Equal([("x.cs:12", 6), ("x.cs:5", 4), ("x.cs:15", 2)], Sizes.OfMethods([file]).Longest);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(10, 5, 9)]
    [InlineData(100, 50, 90)]
    public void A_percentile_is_a_size_that_occurs(int count, int median, int p90)
    {
        var sizes = Sizes.Of(Enumerable.Range(1, count).Select(n => ($"{n}", n)));
        Assert.Equal((median, p90, count), (sizes.Median, sizes.P90, sizes.Max));
    }

    static void Hold(Sizes sizes, int median, int p90, int max)
    {
        Assert.True(sizes.Max <= max, $"The longest has {sizes.Max} lines, {max} are allowed:\n{sizes.Worst(max)}");
        Assert.True(sizes.P90 <= p90, $"One in ten has {sizes.P90} lines or more, {p90} are allowed:\n{sizes.Worst(p90)}");
        Assert.True(sizes.Median <= median, $"Half have {sizes.Median} lines or more, {median} are allowed:\n{sizes.Worst(median)}");
    }
}
