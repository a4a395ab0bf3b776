using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rein.System.Tests.Cli;

public sealed class SecureTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task A_server_answers_over_https_with_the_certificate_it_was_given()
    {
        using var certificate = Certificate();
        var (file, key) = (cli.Write("cert.pem", certificate.ExportCertificatePem()), cli.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        var process = cli.Start("up", "--listen", "https://127.0.0.1:0", "--certificate", file, "--certificate-key", key);
        var ready = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("ready https://127.0.0.1:", ready);

        string? seen = null;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => (seen = shown!.GetCertHashString()) is not null;
        using var http = new HttpClient(handler);
        Assert.Contains("\"ok\"", await http.GetStringAsync(new Uri(ready!.Split(' ')[1] + "/healthz"), TestContext.Current.CancellationToken));
        Assert.Equal(certificate.GetCertHashString(), seen);
        await Signal.Send(process.Id, "TERM");
        Assert.Equal(0, (await TestCli.Until(process)).Code);
    }

    [Fact]
    public async Task An_address_and_a_certificate_that_do_not_go_together_are_refused()
    {
        Assert.Contains("--certificate", await Errors("--listen", "https://127.0.0.1:0"));
        Assert.Contains("none", await Errors("--port", "0", "--certificate", cli.Write("cert.pem", "x")));
        Assert.Contains("cannot be used", await Errors("--listen", "https://127.0.0.1:0", "--certificate", cli.Write("cert.pem", "x")));
    }

    async Task<string> Errors(params string[] options)
    {
        var said = await cli.Run(["up", .. options]);
        Assert.Equal(2, said.Code);
        return said.Errors;
    }

    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }

    public void Dispose() => cli.Dispose();
}
