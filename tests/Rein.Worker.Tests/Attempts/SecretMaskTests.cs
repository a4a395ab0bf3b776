using System.Text;
using Rein.Protocol.Workers;

namespace Rein.Worker.Tests.Attempts;

public sealed class SecretMaskTests
{
    [Fact]
    public void A_secret_is_found_however_a_stream_is_cut()
    {
        const string said = "x hunter2-hunter2 y hunter2-hunter2hunter2 z hunt";
        var mask = SecretMask.Of(["hunter2-hunter2"])!;
        for (var cut = 0; cut <= said.Length; cut++)
            for (var second = cut; second <= said.Length; second++)
            {
                var text = new MaskedText(mask);
                var heard = Text(text.Next(Bytes(said[..cut]))) + Text(text.Next(Bytes(said[cut..second]))) + Text(text.Next(Bytes(said[second..]))) + Text(text.Rest());
                Assert.Equal("x *** y ***hunter2 z hunt", heard);
            }
    }

    [Fact]
    public void A_secret_that_begins_with_another_is_masked_as_a_whole_however_it_is_cut()
    {
        const string said = "[abcdefghij][abcdef]";
        var mask = SecretMask.Of(["abcdef", "abcdefghij"])!;
        for (var cut = 0; cut <= said.Length; cut++)
        {
            var text = new MaskedText(mask);
            Assert.Equal("[***][***]", Text(text.Next(Bytes(said[..cut]))) + Text(text.Next(Bytes(said[cut..]))) + Text(text.Rest()));
        }
    }

    [Fact]
    public void It_is_recognised_inside_of_json_in_an_address_and_line_by_line()
    {
        var mask = SecretMask.Of(["first \"line\"\nsecond/line"])!;
        Assert.Equal("*** and ***", mask.Text("first \"line\" and second/line"));
        Assert.Equal("?q=***", mask.Text("?q=first%20%22line%22%0Asecond%2Fline"));
        Assert.Equal("""{"a":"***"}""", Text(mask.Json(Bytes("""{"a":"first \"line\"\nsecond/line"}"""))));
        Assert.Equal("""{"a":"***"}""", Text(mask.Json(Bytes("""{"a":"first \u0022line\u0022\nsecond\/line"}"""))));
    }

    [Fact]
    public void Json_stays_json_whatever_is_masked_in_it()
    {
        var mask = SecretMask.Of(["123456"])!;
        Assert.Equal("""{"***":["***",1.50,true,null,{"b":"é***"}]}""", Text(mask.Json(Bytes("""{"123456":[1234567,1.50,true,null,{"b":"é123456"}]}"""))));
        var untouched = Bytes("""{ "a": 1 }""");
        Assert.Equal(untouched, mask.Json(untouched));
        Assert.Equal("{\"a\": ***", Text(mask.Json(Bytes("{\"a\": 123456"))));
    }

    [Fact]
    public void What_is_short_is_not_masked()
    {
        Assert.Null(SecretMask.Of(["12345"]));
        Assert.Null(SecretMask.Of([]));
        Assert.Equal("12345 ***", SecretMask.Of(["12345", "123456"])!.Text("12345 123456"));
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
