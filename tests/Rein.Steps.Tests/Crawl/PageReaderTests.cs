using System.Text;
using Rein.Steps.Crawl;

namespace Rein.Steps.Tests.Crawl;

public sealed class PageReaderTests
{
    /// <summary>Each of them is looked for in all that stand open: half a minute for a parser that nobody interrupts.</summary>
    public static string Slow { get; } = string.Concat(Enumerable.Repeat("<div>", 60_000));

    [Fact]
    public async Task A_page_is_left_at_its_next_element_when_nobody_wants_it_any_more()
    {
        var reader = new PageReader(FieldRule.Read("a", "links"), []);
        var html = Encoding.UTF8.GetBytes(Slow);

        var reading = Task.Run(() => reader.Read(html, Encoding.UTF8, new("http://a.example/"), new(canceled: true)), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }
}
