using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rein.House.Tests;

/// <summary>How many lines each of a set of things has, the longest first.</summary>
sealed record Sizes(IReadOnlyList<(string What, int Lines)> Longest)
{
    public int Max => Longest.Count == 0 ? 0 : Longest[0].Lines;

    public int Median => Percentile(50);

    public int P90 => Percentile(90);

    public static Sizes Of(IEnumerable<(string What, int Lines)> things) => new([.. things.OrderByDescending(t => t.Lines)]);

    public static Sizes OfFiles(IEnumerable<SourceFile> files) => Of(files.Select(f => (f.Path, f.Lines)));

    public static Sizes OfMethods(IEnumerable<SourceFile> files) =>
        Of(files.SelectMany(f => f.Tree.GetRoot().DescendantNodes().Where(HasBody).Select(n => ($"{f.Path}:{FirstLine(n) + 1}", Lines(n)))));

    // The smallest size that at least so many percent do not exceed.
    int Percentile(int percent) =>
        Longest.Count == 0 ? 0 : Longest[Longest.Count - (int)Math.Ceiling(Longest.Count * percent / 100.0)].Lines;

    static bool HasBody(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax m => m.Body is not null || m.ExpressionBody is not null,
        LocalFunctionStatementSyntax f => f.Body is not null || f.ExpressionBody is not null,
        AccessorDeclarationSyntax a => a.Body is not null || a.ExpressionBody is not null,
        _ => false,
    };

    static int FirstLine(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line;

    // A span starts after the documentation, which nobody should be punished for.
    static int Lines(SyntaxNode node) => node.GetLocation().GetLineSpan().EndLinePosition.Line - FirstLine(node) + 1;

    public override string ToString() => $"{Longest.Count}: median {Median}, p90 {P90}, max {Max} lines";

    public string Worst(int above) =>
        string.Join('\n', Longest.Where(t => t.Lines > above).Take(20).Select(t => $"  {t.Lines,5}  {t.What}"));
}
