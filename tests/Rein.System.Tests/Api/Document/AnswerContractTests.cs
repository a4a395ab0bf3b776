using System.Net;
using System.Text;
using System.Text.Json;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api.Document;

/// <summary>What every answer of every test is held against (<see cref="Host.HeldToDocument"/>) sees a difference where there is one.</summary>
public sealed class AnswerContractTests
{
    const string Document = """
        {
          "paths": { "/v1/things/{thing}": { "get": { "responses": {
            "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } }, "text/csv": { "schema": { "type": "string" } } } },
            "204": {} } } } },
          "components": { "schemas": {
            "Thing": {
              "type": "object", "required": ["id", "count", "at"],
              "properties": {
                "id": { "type": "string", "format": "uuid" }, "count": { "type": "integer", "format": "int32" }, "at": { "type": "string", "format": "date-time" },
                "state": { "enum": ["open", "shut"], "type": "string" }, "note": { "type": ["null", "string"] }, "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                "inner": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Inner" }] }, "list": { "type": "array", "items": { "$ref": "#/components/schemas/Inner" } }, "any": {} } },
            "Inner": { "type": "object", "required": ["flag"], "properties": { "flag": { "type": "boolean" } } } } }
        }
        """;

    const string Sound = "\"id\":\"0199c0de-0000-7000-8000-00000000dead\",\"count\":3,\"at\":\"2026-11-29T10:54:50.698270Z\"";

    [Theory]
    [InlineData("", null)]
    [InlineData(""","state":"shut","note":"n","labels":{"a":"b"},"inner":{"flag":true},"list":[{"flag":false}],"any":[null,{"x":1}]""", null)]
    [InlineData(""","more":1""", "/more: the document has no such property")]
    [InlineData(""","note":null""", "/note: it is null, and should be absent")]
    [InlineData(""","inner":null""", "/inner: it is null, and should be absent")]
    [InlineData(""","note":7""", "/note: it is Number and should be null or string")]
    [InlineData(""","state":"ajar" """, "/state: \"ajar\" is none of \"open\", \"shut\"")]
    [InlineData(""","labels":{"a":1}""", "/labels/a: it is Number and should be string")]
    [InlineData(""","inner":{}""", "/inner/flag: it is missing")]
    [InlineData(""","list":[{"flag":true},{"flag":1}]""", "/list/1/flag: it is Number and should be boolean")]
    public async Task A_difference_in_a_body_is_told_with_its_place(string more, string? difference) =>
        Assert.Equal(difference is null ? null : $"GET /v1/things/{{thing}} answers 200 otherwise than the document says, at {difference}", await Told($"{{{Sound}{more}}}"));

    [Theory]
    [InlineData("\"count\":3", "\"count\":3.5", "/count: it is Number and should be integer")]
    [InlineData("\"count\":3,", "", "/count: it is missing")]
    [InlineData("0199c0de-", "0199c0de", "/id: '0199c0de0000-7000-8000-00000000dead' is no uuid")]
    [InlineData("T10:54", " 10:54", "/at: '2026-11-29 10:54:50.698270Z' is no date-time")]
    public async Task What_is_always_there_is_as_it_is_said(string sound, string broken, string difference) =>
        Assert.EndsWith($", at {difference}", await Told($"{{{Sound.Replace(sound, broken, StringComparison.Ordinal)}}}"));

    [Theory]
    [InlineData("/v1/things/a", 200, "text/csv", null)]
    [InlineData("/v1/things/a", 204, null, null)]
    [InlineData("/v1/things/a", 201, "application/json", "GET /v1/things/{thing} answers 201, and the document knows 200, 204")]
    [InlineData("/v1/things/a", 200, "text/plain", "GET /v1/things/{thing} answers 200 as text/plain, and the document knows application/json, text/csv")]
    [InlineData("/v1/things/a", 200, null, "GET /v1/things/{thing} answers 200 without a body")]
    [InlineData("/v1/others", 200, "application/json", "GET /v1/others is no operation of the document")]
    [InlineData("/docs/others", 200, "text/html", null)]
    public async Task A_status_a_form_and_an_operation_that_the_document_does_not_know_are_told(string path, int status, string? type, string? difference) =>
        Assert.Equal(difference, await Told("{}", path, status, type));

    static async Task<string?> Told(string body, string path = "/v1/things/a", int status = 200, string? type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://rein.invalid" + path));
        using var answer = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = request };
        if (type is not null)
            answer.Content = new StringContent(body, Encoding.UTF8, type);
        return await new AnswerContract(JsonElement.Parse(Document)).Difference(answer, Cancel);
    }
}
