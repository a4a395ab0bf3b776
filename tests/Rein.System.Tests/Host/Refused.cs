using System.Net.Http.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;

namespace Rein.System.Tests.Host;

/// <summary>Looks at refusals: each is a problem whose status is the one of the table.</summary>
static class Refused
{
    public static async Task<Problem> With(string code, HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(Problem.MediaType, response.Content.Headers.ContentType?.MediaType);
            var problem = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.Problem, TestServer.Cancel);
            Assert.Equal(code, problem!.Code);
            Assert.Equal(ProblemTable.Of(code).Status, (int)response.StatusCode);
            Assert.Equal((int)response.StatusCode, problem.Status);
            return problem;
        }
    }

    public static async Task<Problem> With(string code, Func<Task> request)
    {
        var refused = await Assert.ThrowsAsync<ReinException>(request);
        Assert.Equal(code, refused.Code);
        Assert.Equal(ProblemTable.Of(code).Status, refused.Status);
        return refused.Problem;
    }
}
