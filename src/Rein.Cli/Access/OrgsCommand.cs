using System.CommandLine;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Access;

static class OrgsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("orgs", "Lists the organizations of the installation, or makes one; for its operator.") { json, Create() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Command Create()
    {
        var name = new Argument<string>("name") { Description = "1 to 100 letters, digits, dots, dashes and underscores.", HelpName = "NAME" };
        var json = Output.Json();
        var command = new Command("create", "Makes an organization, and prints its first key: once, and never again.") { name, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            var made = await client.CreateOrganization(parsed.GetRequiredValue(name));
            if (parsed.GetValue(json))
                Output.Write(made, ProtocolJson.Default.OrganizationDocument);
            else
                Screen.Standard.Line(made.Key!.Key!);
            return ExitCode.Ok;
        }));
        return command;
    }

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        string? cursor = null;
        do
        {
            var page = await client.ListOrganizations(cursor, 500);
            foreach (var organization in page.Organizations)
                if (json)
                    Output.Write(organization, ProtocolJson.Default.OrganizationDocument);
                else
                    Screen.Standard.Line($"{organization.Id}\t{organization.Name}\t{Figures.Moment(organization.CreatedAt)}");
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return ExitCode.Ok;
    }
}
