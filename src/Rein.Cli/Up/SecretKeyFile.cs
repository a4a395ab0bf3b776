using Rein.Server.Secrets;

namespace Rein.Cli.Up;

/// <summary>Where a server finds what it seals secrets under: REIN_SECRET_KEY, else secret.key in the data folder.</summary>
static class SecretKeyFile
{
    const string Variable = "REIN_SECRET_KEY";

    /// <param name="isOnlyNode">Nobody else has to know the key: it is made where there is none.</param>
    /// <returns>Null where there is no key, and nobody may make one.</returns>
    /// <exception cref="CommandException">What is there is no key.</exception>
    public static SecretKeys? Ensure(DataFolder folder, bool isOnlyNode)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return Parse(given, Variable);
        if (folder.SecretKey() is { } known)
            return Parse(known, folder.SecretKeyFile);
        if (!isOnlyNode)
            return null;
        // One that cannot be read is not replaced: what was sealed under it would be lost for good.
        if (File.Exists(folder.SecretKeyFile))
            throw new CommandException(ExitCode.BadUsage, $"{folder.SecretKeyFile} cannot be read, or is empty. Secrets were sealed under the key in it: restore it, or take the file away and set them anew.");
        folder.WriteSecretKey(SecretKeys.Draw());
        return Parse(folder.SecretKey()!, folder.SecretKeyFile);
    }

    static SecretKeys Parse(string text, string from)
    {
        try
        {
            return SecretKeys.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new CommandException(ExitCode.BadUsage, $"{from}: {wrong.Message}");
        }
    }
}
