using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rein.Server;

namespace Rein.Cli.Up;

/// <summary>The certificate that an https address is served with.</summary>
static class CertificateFiles
{
    /// <summary>Settings with the certificate and what stands behind it in its file; as they are for a plain http address.</summary>
    /// <exception cref="CommandException">The address and the files do not go together, or cannot be read.</exception>
    public static ReinServerOptions Load(NodeOptions options, ReinServerOptions settings)
    {
        var isSecure = options.Listen.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (options.Certificate is not { } file)
            return isSecure || options.CertificateKey is not null
                ? throw new CommandException(ExitCode.BadUsage, "An https address needs --certificate, a file in PEM.")
                : settings;
        if (!isSecure)
            throw new CommandException(ExitCode.BadUsage, $"--certificate is for an https address, and {options.Listen} is none.");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            return settings with { Certificate = X509Certificate2.CreateFromPemFile(file, options.CertificateKey ?? file), CertificateChain = chain };
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CommandException(ExitCode.BadUsage, $"The certificate in {file} cannot be used: {unread.Message}");
        }
    }
}
