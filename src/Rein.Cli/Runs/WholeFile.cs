namespace Rein.Cli.Runs;

/// <summary>A file that is there when it is whole, and not before.</summary>
static class WholeFile
{
    /// <exception cref="CommandException">It cannot be written.</exception>
    public static async Task Write(string file, Func<Stream, Task> write, UnixFileMode? mode = null)
    {
        var draft = file + ".part";
        try
        {
            File.Delete(draft);
            await using (var to = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
            {
                await write(to);
                await to.FlushAsync();
                to.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite: true);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            Forget(draft);
            throw new CommandException(ExitCode.BadUsage, $"{file} cannot be written: {unwritten.Message}");
        }
        catch
        {
            Forget(draft);
            throw;
        }
    }

    static void Forget(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The folder is not there, or not ours: then neither is the file.
        }
    }
}
