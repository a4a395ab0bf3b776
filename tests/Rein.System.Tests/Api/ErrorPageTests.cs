using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Rein.Core.Faults;
using Rein.Protocol.Problems;

namespace Rein.System.Tests.Api;

/// <summary><c>docs/errors.md</c> is printed from the tables; with REIN_PRINT=1 in the environment this test writes it.</summary>
public sealed class ErrorPageTests
{
    [Fact]
    public void The_page_of_errors_is_the_one_the_tables_print()
    {
        var page = Print();
        if (Environment.GetEnvironmentVariable("REIN_PRINT") == "1")
            File.WriteAllText(PageFile(), page);
        Assert.Equal(page, File.ReadAllText(PageFile()));
    }

    [Fact]
    public void Every_code_has_a_row()
    {
        Assert.Equal(Constants(typeof(ProblemCodes)).Order(), ProblemTable.All.Select(kind => kind.Code).Order());
        Assert.Equal(Constants(typeof(FaultCodes)).Order(), FaultTable.All.Select(kind => kind.Code).Order());
    }

    static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

    static string Print()
    {
        var page = new StringBuilder();
        page.Append("""
            # Errors

            Every refusal is `application/problem+json` (RFC 9457) with a stable `code`; clients decide by the code, people read `detail`. Where
            more than one thing is wrong, `errors` names all of them, each with a code, a message and the place as a JSON pointer. This page is
            printed from the table that server and client share.

            What is no HTTP gets no problem: an address with `%00` in it (400), one of more than 8 KB (414) and headers of more than 32 KB (431) are refused by the
            server below, without a body, before Rein is asked.

            """);
        foreach (var kind in ProblemTable.All)
        {
            var status = kind.Status == 0 ? "said by the client" : kind.Status.ToString(CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"\n## {kind.Code}\n\n*{status}.* {kind.Title} {kind.Meaning}\n\n{kind.Remedy}\n");
        }
        page.Append("\n# Faults of definitions and inputs\n\nThey stand in `errors`, under `invalid_definition` and `invalid_input`.\n\n| code | what it means | what to do |\n|---|---|---|\n");
        foreach (var fault in FaultTable.All)
            page.Append(CultureInfo.InvariantCulture, $"| `{fault.Code}` | {fault.Meaning} | {fault.Remedy.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        return page.ToString();
    }

    static string PageFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/errors.md"));
}
