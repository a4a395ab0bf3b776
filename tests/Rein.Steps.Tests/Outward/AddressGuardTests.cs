using System.Net;
using System.Net.Sockets;
using Rein.Protocol.Outward;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Outward;

public sealed class AddressGuardTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("127.1")]
    public async Task Nobody_gets_to_the_loopback_however_it_is_spelt(string host)
    {
        await using var site = await Site.Start();
        using var web = new HttpMessageInvoker(new AddressGuard(OpenedAddresses.None).Handler());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{site.Port}/");

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => web.SendAsync(request, Stop));

        Assert.IsType<AddressRefusedException>(refused.InnerException);
        Assert.Empty(site.Asked);
    }

    [Fact]
    public async Task A_second_answer_of_the_name_service_does_not_lead_elsewhere()
    {
        await using var meant = await Site.Start();
        await using var secret = await Site.Start("127.0.0.2", meant.Port);
        meant.Text("/", "meant");
        var answers = new Queue<string>(["127.0.0.1", "127.0.0.2", "127.0.0.2"]);
        var guard = new AddressGuard(OpenedAddresses.Of(["127.0.0.1"]), (_, _) => Addresses(answers.Dequeue()));

        Assert.Equal("meant", await Ask(guard, $"http://rebound.example:{meant.Port}/"));

        Assert.Equal(2, answers.Count);
        await Assert.ThrowsAsync<HttpRequestException>(() => Ask(guard, $"http://rebound.example:{meant.Port}/"));
        Assert.Empty(secret.Asked);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_are_tried_that_may_be_reached()
    {
        await using var meant = await Site.Start();
        await using var secret = await Site.Start("127.0.0.2", meant.Port);
        meant.Text("/", "meant");
        var guard = new AddressGuard(OpenedAddresses.Of(["127.0.0.1", "127.0.0.3"]), (_, _) => Addresses("127.0.0.2", "127.0.0.3", "127.0.0.1"));

        Assert.Equal("meant", await Ask(guard, $"http://many.example:{meant.Port}/"));
        Assert.Empty(secret.Asked);
    }

    [Fact]
    public async Task A_refusal_says_which_address_and_what_opens_it()
    {
        var guard = new AddressGuard(OpenedAddresses.None, (_, _) => Addresses("10.0.0.5"));

        var refused = await Assert.ThrowsAsync<AddressRefusedException>(() => guard.Connect("intranet.example", 8080, Stop));

        Assert.Equal(
            "10.0.0.5, which intranet.example leads to, is closed (private): requests do not go there; open it with: rein up --allow-address 10.0.0.5:8080",
            refused.Message);
    }

    [Fact]
    public async Task A_name_without_an_address_is_not_found()
    {
        var guard = new AddressGuard(OpenedAddresses.None, (_, _) => Addresses());

        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => guard.Connect("nowhere.example", 80, Stop))).SocketErrorCode);
    }

    [Fact]
    public async Task A_name_service_that_does_not_answer_is_left_when_the_stop_comes()
    {
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var guard = new AddressGuard(OpenedAddresses.None, (_, _) =>
        {
            asked.SetResult();
            return new TaskCompletionSource<IReadOnlyList<IPAddress>>().Task;
        });
        var connecting = guard.Connect("slow.example", 80, stop.Token);
        await asked.Task;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(10), Stop));
    }

    static Task<IReadOnlyList<IPAddress>> Addresses(params string[] addresses) =>
        Task.FromResult<IReadOnlyList<IPAddress>>([.. addresses.Select(IPAddress.Parse)]);

    static async Task<string> Ask(AddressGuard guard, string url)
    {
        using var web = new HttpClient(guard.Handler());
        return await web.GetStringAsync(new Uri(url), Stop);
    }
}
