using System.CommandLine;
using System.Formats.Tar;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Core.Stores;
using Rein.Storage.Sqlite;

namespace Rein.Cli.Up;

/// <summary>A data folder in one file, taken while its server runs, and back again.</summary>
static class BackupCommand
{
    const string Database = "rein.db";
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "Where to; it appears when it is whole.", HelpName = "FILE" };
        var data = Data();
        var command = new Command("backup", "Writes the data folder into one file (tar), with the keys in it, while the server may be running.") { file, data };
        command.SetAction((parsed, _) => Guarded.Run(() => Write(parsed.GetValue(data) ?? DataFolder.Default, parsed.GetRequiredValue(file))));
        return command;
    }

    public static Command BuildRestore()
    {
        var file = new Argument<string>("file") { Description = "What `rein backup` wrote.", HelpName = "FILE" };
        var data = Data();
        var command = new Command("restore", "Makes a data folder from a backup. It must be empty, or not be there.") { file, data };
        command.SetAction((parsed, _) => Guarded.Run(() => Restore(parsed.GetRequiredValue(file), parsed.GetValue(data) ?? DataFolder.Default)));
        return command;
    }

    static Option<string> Data() => new("--data") { Description = "The data folder. Default: REIN_DATA, else .rein.", HelpName = "DIR" };

    static async Task<ExitCode> Write(string folder, string file)
    {
        if (!Directory.Exists(folder))
            throw new CommandException(ExitCode.NotFound, $"There is no data folder {Path.GetFullPath(folder)}: say which with --data.");
        if (Path.GetDirectoryName(Path.GetFullPath(file)) == Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar))
            throw new CommandException(ExitCode.BadUsage, $"{file} lies in the data folder itself, and would be lost with it: say another place.");
        var copy = Path.GetFullPath(file) + ".db";
        try
        {
            var hasDatabase = SqliteBackup.Write(folder, copy);
            await WholeFile.Write(file, async to => await Pack(folder, hasDatabase ? copy : null, to), OwnerOnly);
            Screen.Standard.Line($"{file}: {Figures.Count(new FileInfo(file).Length)} bytes, the database checked. It holds keys: keep it as they are kept.");
            if (!hasDatabase)
                Screen.Standard.Line("The folder has no rein.db: its runs are in PostgreSQL, which pg_dump backs up. This file holds the keys alone.");
            return ExitCode.Ok;
        }
        catch (StoreException broken)
        {
            throw new CommandException(ExitCode.Refused, $"No backup was written. {broken.Message}");
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Everything but what belongs to the server that runs now, and the database itself, of which there is a copy.</summary>
    static async Task Pack(string folder, string? copy, Stream to)
    {
        await using var tar = new TarWriter(to, TarEntryFormat.Pax, leaveOpen: true);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            if (Path.GetFileName(path) is var name && !name.StartsWith(Database, StringComparison.Ordinal) && name is not ("rein.lock" or "server.json"))
                await tar.WriteEntryAsync(path, name);
        if (copy is not null)
            await tar.WriteEntryAsync(copy, Database);
    }

    static async Task<ExitCode> Restore(string file, string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CommandException(ExitCode.BadUsage, $"{Path.GetFullPath(folder)} is not empty: nothing was overwritten. Move it away, or say another with --data.");
        var draft = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + ".restoring";
        try
        {
            Directory.CreateDirectory(draft, OwnerOnly | UnixFileMode.UserExecute);
            await TarFile.ExtractToDirectoryAsync(file, draft, overwriteFiles: false);
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            Directory.Move(draft, folder);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new CommandException(ExitCode.BadUsage, $"{file} could not be restored: {broken.Message}");
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
        Screen.Standard.Line($"{Path.GetFullPath(folder)} is restored. To a server that starts on it, what ran when the backup was taken is lost: it is retried where its steps have tries left, and fails where not.");
        return ExitCode.Ok;
    }
}
