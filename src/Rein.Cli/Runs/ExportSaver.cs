using System.Buffers;
using System.Security.Cryptography;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>Saves a file under another name first, and gives it its own when it is whole and on disk.</summary>
sealed class ExportSaver(ExportFile export, string format)
{
    /// <exception cref="CommandException">It broke off, is not what its manifest says, or cannot be written; no file is left.</exception>
    public async Task Save(string path, CancellationToken cancel)
    {
        var unfinished = $"{path}.{Environment.ProcessId}.part";
        try
        {
            var sha256 = await Copy(unfinished, cancel);
            if (format is "ndjson" && sha256 != export.Sha256)
                throw new CommandException(ExitCode.Refused, $"What came has the SHA-256 {sha256}, and should have {export.Sha256}: nothing was saved.");
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Refused, $"Nothing was saved to {path}: {broken.Message}");
        }
        finally
        {
            Forget(unfinished);
        }
    }

    async Task<string> Copy(string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        while (await export.Content.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            await file.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Forget(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The folder is not there, or not ours: then neither is the file.
        }
    }
}
