using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>Reports as a server takes them: it refuses one that is out of bounds, and everything of the same request with it.</summary>
static class Bounds
{
    const string Refused = "the server refused what it reported of its end";

    /// <summary>Without what is too long.</summary>
    public static Report Within(Report report) => report switch
    {
        EndedReport ended => ended with { Proof = Within(ended.Proof), Error = ended.Error is { } error ? Cut(error, EndedReport.MaxError) : null },
        ReturnedReport returned => returned with { Proof = Within(returned.Proof) },
        ProveReport prove => prove with { Proof = Within(prove.Proof) },
        _ => report,
    };

    static AttemptProof Within(AttemptProof proof)
    {
        if (proof.Residuals is [])
            return proof;
        var named = proof.Residuals.Take(AttemptProof.MaxResiduals - 1)
            .Select(left => new Residual(Cut(left.Kind, Residual.MaxName), Cut(left.Id, Residual.MaxName), Cut(left.Why, Residual.MaxWhy))).ToList();
        var others = proof.Residuals.Count - named.Count;
        return proof with { Residuals = others == 0 ? named : [.. named, new("others", $"{others}", "they are too many to be named one by one")] };
    }

    /// <summary>Characters that are two are not parted.</summary>
    static string Cut(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>
    /// The end of an attempt without what may have offended: one that is never told would hold its place for ever. A success whose result is lost is none, and
    /// what is left is still said to be left.
    /// </summary>
    /// <returns>Null where there is nothing to leave out.</returns>
    public static Report? Bare(Report report) => report switch
    {
        EndedReport ended when Bare(ended) is var bare && bare != ended => bare,
        ReturnedReport returned when Bare(returned.Proof) is var bare && bare != returned.Proof => returned with { Proof = bare },
        ProveReport prove when Bare(prove.Proof) is var bare && bare != prove.Proof => prove with { Proof = bare },
        _ => null,
    };

    static EndedReport Bare(EndedReport ended) => ended with
    {
        Outcome = ended is { Outcome: AttemptOutcome.Succeeded, Result: not null } ? AttemptOutcome.Failed : ended.Outcome,
        Result = null,
        Error = ended is { Outcome: AttemptOutcome.Succeeded, Result: null } ? null : Refused,
        Proof = Bare(ended.Proof),
    };

    static AttemptProof Bare(AttemptProof proof) => proof.Residuals switch
    {
        [] or [{ Kind: "unnamed" }] => proof,
        var left => proof with { Residuals = [new("unnamed", $"{left.Count}", "the server refused how it was named")] },
    };
}
