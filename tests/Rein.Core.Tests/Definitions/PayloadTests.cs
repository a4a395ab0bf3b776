using Rein.Core.Definitions;
using Rein.Core.Faults;
using Xunit;
using static Rein.Core.Tests.Definitions.Written;

namespace Rein.Core.Tests.Definitions;

public sealed class PayloadTests
{
    [Theory]
    [InlineData("process", """{ "command": [] }""", "command")]
    [InlineData("process", """{ "command": "ls -l" }""", "command")]
    [InlineData("process", """{ "command": [""] }""", "command")]
    [InlineData("process", """{ "command": ["ls", 5] }""", "command")]
    [InlineData("process", """{ "command": ["ls", "a\u0000b"] }""", "command")]
    [InlineData("process", """{}""", "command")]
    [InlineData("process", """{ "command": ["ls"], "maxAtemps": 3 }""", "maxAtemps")]
    [InlineData("process", """{ "command": ["ls"], "environment": { "A": 1 } }""", "environment/A")]
    [InlineData("process", """{ "command": ["ls"], "environment": { "A=B": "" } }""", "environment/A=B")]
    [InlineData("process", """{ "command": ["ls"], "workingDirectory": 1 }""", "workingDirectory")]
    [InlineData("process", """{ "command": ["ls"], "stdin": {} }""", "stdin")]
    [InlineData("process", """{ "command": ["ls"], "items": "csv" }""", "items")]
    [InlineData("process", """{ "command": ["ls"], "allowDashArguments": 1 }""", "allowDashArguments")]
    [InlineData("delay", """{}""", "delayMs")]
    [InlineData("delay", """{ "delayMs": -1 }""", "delayMs")]
    [InlineData("delay", """{ "delayMs": 31536000001 }""", "delayMs")]
    [InlineData("delay", """{ "delayMs": "soon" }""", "delayMs")]
    [InlineData("delay", """{ "delayMs": 1, "delay": 1 }""", "delay")]
    [InlineData("log", """{}""", "message")]
    [InlineData("log", """{ "message": 1 }""", "message")]
    [InlineData("if", """{}""", "condition")]
    [InlineData("if", """{ "condition": { "op": "exists" } }""", "condition/left")]
    [InlineData("if", """{ "condition": { "left": 1, "op": "eq" } }""", "condition/right")]
    [InlineData("if", """{ "condition": { "left": 1, "op": "=", "right": 1 } }""", "condition/op")]
    [InlineData("if", """{ "condition": { "left": 1, "op": "eq", "right": 1, "rihgt": 1 } }""", "condition/rihgt")]
    [InlineData("http", """{}""", "url")]
    [InlineData("http", """{ "url": "/relative" }""", "url")]
    [InlineData("http", """{ "url": "file:///etc/passwd" }""", "url")]
    [InlineData("http", """{ "url": "http://user:word@a.example/" }""", "url")]
    [InlineData("http", """{ "url": 5 }""", "url")]
    [InlineData("http", """{ "url": "http://a.example", "method": "get" }""", "method")]
    [InlineData("http", """{ "url": "http://a.example", "method": "TRACE", "body": 1 }""", "method")]
    [InlineData("http", """{ "url": "http://a.example", "body": {} }""", "body")]
    [InlineData("http", """{ "url": "http://a.example", "headers": ["A: b"] }""", "headers")]
    [InlineData("http", """{ "url": "http://a.example", "headers": { "A b": "c" } }""", "headers/A b")]
    [InlineData("http", """{ "url": "http://a.example", "headers": { "A": 1 } }""", "headers/A")]
    [InlineData("http", """{ "url": "http://a.example", "headers": { "A": "b\r\nC: d" } }""", "headers/A")]
    [InlineData("http", """{ "url": "http://a.example", "headers": { "host": "b.example" } }""", "headers/host")]
    [InlineData("http", """{ "url": "http://a.example", "acceptStatus": [] }""", "acceptStatus")]
    [InlineData("http", """{ "url": "http://a.example", "acceptStatus": [199] }""", "acceptStatus")]
    [InlineData("http", """{ "url": "http://a.example", "acceptStatus": ["6xx"] }""", "acceptStatus")]
    [InlineData("http", """{ "url": "http://a.example", "maxRedirects": 21 }""", "maxRedirects")]
    [InlineData("http", """{ "url": "http://a.example", "maxResponseBytes": 1000001 }""", "maxResponseBytes")]
    [InlineData("http", """{ "url": "http://a.example", "retries": 3 }""", "retries")]
    [InlineData("script", """{ "code": "return 1" }""", "language")]
    [InlineData("script", """{ "language": "Python 3", "code": "return 1" }""", "language")]
    [InlineData("script", """{ "language": "{{$inputs.x}}", "code": "return 1" }""", "language")]
    [InlineData("script", """{ "language": "python" }""", "code")]
    [InlineData("script", """{ "language": "python", "code": " \n" }""", "code")]
    [InlineData("script", """{ "language": "python", "code": ["return 1"] }""", "code")]
    [InlineData("script", """{ "language": "javascript", "code": "return '{{root.result.name}}'" }""", "code")]
    [InlineData("script", """{ "language": "javascript", "code": "return `{{a}} ${{$secrets.token}}`" }""", "code")]
    [InlineData("script", """{ "language": "python", "code": "return {{ a.result.x || 1 }}" }""", "code")]
    [InlineData("script", """{ "language": "python", "code": "return 1", "memoryMb": 15 }""", "memoryMb")]
    [InlineData("script", """{ "language": "python", "code": "return 1", "memoryMb": 65537 }""", "memoryMb")]
    [InlineData("script", """{ "language": "python", "code": "return 1", "memory": 64 }""", "memory")]
    [InlineData("script", """{ "language": "python", "code": "return 1", "timeoutSeconds": 0 }""", "timeoutSeconds")]
    [InlineData("crawl", """{}""", "startUrls")]
    [InlineData("crawl", """{ "startUrls": [] }""", "startUrls")]
    [InlineData("crawl", """{ "startUrls": "http://a.example" }""", "startUrls")]
    [InlineData("crawl", """{ "startUrls": ["ftp://a.example"] }""", "startUrls")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "maxDepth": -1 }""", "maxDepth")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "maxPages": 0 }""", "maxPages")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "concurrency": 33 }""", "concurrency")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "delayMs": 60001 }""", "delayMs")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "maxPageBytes": 0 }""", "maxPageBytes")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "pageTimeoutSeconds": 0 }""", "pageTimeoutSeconds")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "userAgent": "ä" }""", "userAgent")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "links": " " }""", "links")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "url": "a" } }""", "fields/url")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "a b": "a" } }""", "fields/a b")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "a": "" } }""", "fields/a")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "a": 1 } }""", "fields/a")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "a": {} } }""", "fields/a/selector")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "fields": { "a": { "selector": "b", "attr": "c" } } }""", "fields/a/attr")]
    [InlineData("crawl", """{ "startUrls": ["http://a.example"], "depth": 3 }""", "depth")]
    public void A_payload_that_cannot_work_is_refused_at_the_field(string kind, string payload, string field)
    {
        var fault = OnlyFault(ParseOne(kind, payload));

        Assert.Equal((FaultCodes.DefinitionBadPayload, $"/nodes/a/payload/{field}"), (fault.Code, fault.Path));
        Assert.Contains("'a'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("process", """{ "command": ["{{root.result.tool}}"], "environment": { "A": "{{$secrets.token}}" }, "workingDirectory": "/", "stdin": "x", "items": "json-lines", "allowDashArguments": true }""")]
    [InlineData("delay", """{ "delayMs": 31536000000 }""")]
    [InlineData("delay", """{ "delayMs": "{{$inputs.ms}}" }""")]
    [InlineData("log", """{ "message": "" }""")]
    [InlineData("if", """{ "condition": { "left": null, "op": "eq", "right": null } }""")]
    [InlineData("if", """{ "condition": { "left": "{{$inputs.x}}", "op": "notEmpty" } }""")]
    [InlineData("hold", """{ "whatever": [1, 2] }""")]
    [InlineData("http", """{ "url": "https://a.example/{{$inputs.x}}", "method": "POST", "headers": { "Authorization": "Bearer {{$secrets.token}}" }, "body": { "x": "{{$inputs.x}}" }, "acceptStatus": [200, "4xx"], "maxRedirects": 0, "maxResponseBytes": 0, "maxAttempts": 3 }""")]
    [InlineData("http", """{ "url": "{{root.result.url}}" }""")]
    [InlineData("crawl", """{ "startUrls": ["https://a.example", "{{$inputs.url}}"], "maxDepth": 0, "maxPages": 100000, "links": "nav a", "concurrency": 32, "delayMs": 0, "userAgent": "me/1", "fields": { "a": "h1", "b": { "selector": "img", "attribute": "src", "all": true } } }""")]
    [InlineData("crawl", """{ "startUrls": "{{root.result.urls}}" }""")]
    [InlineData("script", """{ "language": "python", "code": "return 1" }""")]
    [InlineData("script", """{ "language": "ruby-3", "code": "1", "input": ["{{root.result}}", { "a": "{{$secrets.token}}" }], "memoryMb": 16, "timeoutSeconds": 5, "maxAttempts": 2 }""")]
    public void A_payload_that_can_work_is_taken(string kind, string payload) => Assert.Empty(ParseOne(kind, payload).Faults);

    [Fact]
    public void A_payload_without_expressions_is_the_same_memory_each_time()
    {
        var node = One("hold", """{ "b": [1, {}], "a": "x" }""");
        var first = node.ResolvePayload(Scope());

        Assert.Equal("""{"a":"x","b":[1,{}]}""", Text(first));
        Assert.True(first.Value.Equals(node.ResolvePayload(Scope()).Value));
    }

    [Fact]
    public void A_whole_expression_keeps_its_type_and_one_in_a_text_becomes_text()
    {
        var node = One("hold", """{ "a": "{{root.result.n}}", "b": "n is {{root.result.n}}", "c": ["{{$inputs.o}}"], "d": "{{$inputs.o}}!" }""");

        Assert.Equal(
            """{"a":5,"b":"n is 5","c":[{"k":[true]}],"d":"{\"k\":[true]}!"}""",
            Text(node.ResolvePayload(Scope("""{"n":5,"o":{"k":[true]}}"""))));
    }

    [Theory]
    [InlineData("return f'{{{input}}}'")]
    [InlineData("return {{'a': 1}, {}}")]
    [InlineData("f({{\"a\"}}, {{1}})")]
    [InlineData("`${{}}` {{ unfinished")]
    public void Code_is_taken_as_it_is_and_only_its_input_is_filled(string code)
    {
        var node = One("script", $$"""{ "language": "python", "code": {{System.Text.Json.JsonSerializer.Serialize(code)}}, "input": "{{"{{$inputs.o}}"}}" }""");
        using var payload = System.Text.Json.JsonDocument.Parse(Text(node.ResolvePayload(Scope("""{"o":{"k":"\u007b{$inputs.o}}"}}"""))));

        Assert.Equal(code, payload.RootElement.GetProperty("code").GetString());
        Assert.Equal("{{$inputs.o}}", payload.RootElement.GetProperty("input").GetProperty("k").GetString());
    }

    [Fact]
    public void What_a_process_is_given_is_always_text()
    {
        var node = One("process", """{ "command": ["sleep", "{{$inputs.n}}"], "environment": { "O": "{{$inputs.o}}" }, "stdin": "{{$inputs.t}}" }""");

        Assert.Equal(
            """{"command":["sleep","5"],"environment":{"O":"{\"k\":1}"},"stdin":"true"}""",
            Text(node.ResolvePayload(Scope("""{"n":5,"o":{"k":1},"t":true}"""))));
    }

    [Theory]
    [InlineData("process", """{ "command": ["{{root.result.gone}}"] }""", "/command/0")]
    [InlineData("process", """{ "command": ["ls", "a", "/tmp/{{root.result.gone}}"] }""", "/command/2")]
    [InlineData("process", """{ "command": ["ls"], "environment": { "A": "{{root.result.gone}}" } }""", "/environment/A")]
    [InlineData("process", """{ "command": ["ls"], "stdin": "so: {{root.result.gone}}" }""", "/stdin")]
    [InlineData("process", """{ "command": ["ls"], "workingDirectory": "{{root.result.gone}}" }""", "/workingDirectory")]
    [InlineData("http", """{ "url": "https://a.example/{{root.result.gone}}" }""", "/url")]
    [InlineData("http", """{ "url": "https://a.example/", "headers": { "A": "{{root.result.gone}}" } }""", "/headers/A")]
    [InlineData("script", """{ "language": "python", "code": "return 1", "input": { "a": [0, "{{root.result.gone}}"] } }""", "/input/a/1")]
    public void What_is_not_there_is_named_with_the_field_that_reads_it(string kind, string payload, string field)
    {
        var fault = One(kind, payload).ResolvePayload(Scope("""{"here":1}""")).Fault;

        Assert.Equal((FaultCodes.ExpressionUnknownPath, $"/nodes/a/payload{field}"), (fault?.Code, fault?.Path));
        Assert.Contains("'root.result.gone'", fault!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{$inputs.x}}", "-rf")]
    [InlineData("{{$inputs.x}}", "--output=/etc/passwd")]
    [InlineData("{{$inputs.x}}.txt", "-rf")]
    public void An_expression_does_not_become_an_option_of_the_program(string argument, string value)
    {
        var node = One("process", $$"""{ "command": ["rm", "{{argument}}"] }""");
        var fault = node.ResolvePayload(Scope($$"""{"x":"{{value}}"}""")).Fault;

        Assert.Equal((FaultCodes.ArgumentLooksLikeOption, "/nodes/a/payload/command/1"), (fault?.Code, fault?.Path));
    }

    [Fact]
    public void A_negative_number_looks_like_an_option_too_and_a_node_may_allow_both()
    {
        Assert.Equal(FaultCodes.ArgumentLooksLikeOption, One("process", """{ "command": ["x", "{{$inputs.n}}"] }""").ResolvePayload(Scope("""{"n":-5}""")).Fault?.Code);
        Assert.Null(One("process", """{ "command": ["x", "{{$inputs.n}}"], "allowDashArguments": true }""").ResolvePayload(Scope("""{"n":-5}""")).Fault);
        Assert.Null(One("process", """{ "command": ["x", "--n={{$inputs.n}}", "-v"], "stdin": "{{$inputs.n}}" }""").ResolvePayload(Scope("""{"n":-5}""")).Fault);
    }

    [Fact]
    public void A_delay_is_read_from_its_resolved_payload()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.5), One("delay", """{ "delayMs": 1500 }""").ResolveDelay(Scope()).Value);
        Assert.Equal(TimeSpan.FromSeconds(2), One("delay", """{ "delayMs": "{{$inputs.ms}}" }""").ResolveDelay(Scope("""{"ms":2000}""")).Value);
        Assert.Equal(FaultCodes.PayloadWrongType, One("delay", """{ "delayMs": "{{$inputs.ms}}" }""").ResolveDelay(Scope("""{"ms":"2000"}""")).Fault?.Code);
        Assert.Equal(FaultCodes.PayloadWrongType, One("delay", """{ "delayMs": "{{$inputs.ms}}" }""").ResolveDelay(Scope("""{"ms":-1}""")).Fault?.Code);
    }

    [Fact]
    public void A_message_is_text_whatever_it_holds() =>
        Assert.Equal("5", One("log", """{ "message": "{{$inputs.n}}" }""").ResolveMessage(Scope("""{"n":5}""")).Value);

    [Fact]
    public void A_small_payload_cannot_become_an_enormous_one()
    {
        var node = One("hold", $$"""{ "x": [{{string.Join(",", Enumerable.Repeat("\"{{$inputs.x}}\"", 100))}}] }""");
        var input = $$"""{"x":"{{new string('x', 100_000)}}"}""";

        Assert.Equal(FaultCodes.PayloadTooLarge, node.ResolvePayload(Scope(input)).Fault?.Code);
    }

    [Fact]
    public void Nor_can_a_small_text()
    {
        var node = One("hold", $$"""{ "x": "{{string.Concat(Enumerable.Repeat("{{$inputs.x}}", 100))}}" }""");

        Assert.Equal(FaultCodes.PayloadTooLarge, node.ResolvePayload(Scope($$"""{"x":"{{new string('x', 100_000)}}"}""")).Fault?.Code);
    }

    [Fact]
    public void A_NUL_does_not_cut_an_argument_short() =>
        Assert.Equal(
            FaultCodes.ExpressionNotText,
            One("process", """{ "command": ["cat", "{{$inputs.x}}"] }""").ResolvePayload(Scope("""{"x":"a\u0000b"}""")).Fault?.Code);

    [Theory]
    [InlineData(59, null)]
    [InlineData(60, FaultCodes.PayloadTooLarge)]
    public void A_payload_is_no_deeper_than_what_is_put_around_it_can_still_hold(int depth, string? fault)
    {
        var node = One("hold", """{ "text": "]]\\\"[[{{$inputs.text}}", "deep": "{{$inputs.deep}}" }""");
        var input = $$"""{"text":"[[[[\"\\","deep":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.Equal(fault, node.ResolvePayload(Scope(input)).Fault?.Code);
    }
}
