using Rein.Protocol.Problems;

namespace Rein.Server.Problems;

/// <summary>
/// How a refusal is written for whoever speaks another API than ours: a feature of the request, so that what no endpoint answers is written so as well.
/// </summary>
interface IProblemShape
{
    /// <summary>The status and the headers stand already; the shape may change both.</summary>
    Task Write(HttpContext context, Problem problem);
}
