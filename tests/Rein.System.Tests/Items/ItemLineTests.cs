using System.Text;
using Rein.Server.Items;

namespace Rein.System.Tests.Items;

public sealed class ItemLineTests
{
    [Theory]
    [InlineData("{\"a\" : 1 }", "{\"a\" : 1 }")]
    [InlineData("{\n \"a b\": [1,\t2]\r\n}", "{\"a b\":[1,2]}")]
    [InlineData("[\r\"say \\\"a b\\\" \\\\\" , \" c \"]", "[\"say \\\"a b\\\" \\\\\",\" c \"]")]
    [InlineData("\"\\n\"", "\"\\n\"")]
    [InlineData("\n\"é ü\"", "\"é ü\"")]
    public void An_item_stays_byte_for_byte_unless_it_holds_a_line_break(string item, string line) =>
        Assert.Equal(line, Encoding.UTF8.GetString(ItemLine.Of(Encoding.UTF8.GetBytes(item)).Span));
}
