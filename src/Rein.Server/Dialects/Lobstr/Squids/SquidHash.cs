using Rein.Server.Api.Requests;

namespace Rein.Server.Dialects.Lobstr.Squids;

/// <summary>The field that names a squid.</summary>
static class SquidHash
{
    public const int Longest = 200;

    public static string? Of(Fields fields)
    {
        var hash = fields.Text("squid", Longest, shortest: 1);
        if (hash is null && fields.Errors.Count == 0)
            fields.Missing("squid", "the id of a squid");
        return hash;
    }
}
