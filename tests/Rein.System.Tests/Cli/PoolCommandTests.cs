namespace Rein.System.Tests.Cli;

public sealed class PoolCommandTests(CliFixture up) : IClassFixture<CliFixture>
{
    readonly TestCli cli = up.Cli;

    [Fact]
    public async Task A_pool_is_waited_for_drained_and_reopened()
    {
        var run = (await cli.Run("start", "hold", "--pool", "far")).Line;
        Assert.Contains("far\tno_session\t0 workers\t0 of 0 held, 0 free\t1 waiting since ", (await cli.Run("pools")).Output);
        Assert.Contains("far\tdrained\t", (await cli.Run("drain", "pool", "far", "--grace", "5")).Output);
        Assert.Contains("by key:admin, handed back at ", (await cli.Run("pools", "show", "far")).Output);
        Assert.Equal("far\tnot drained", (await cli.Run("drain", "pool", "far", "--undo")).Line);
        Assert.Equal(2, (await cli.Run("drain", "pool", "far", "--undo", "--grace", "5")).Code);
        Assert.Equal(0, (await cli.Run("stop", run)).Code);
        Assert.Equal(4, (await cli.Run("pools", "show", "far")).Code);
    }

    [Fact]
    public async Task A_worker_is_drained_and_taken_back()
    {
        var session = (await cli.Run("sessions")).Line.Split('\t');
        Assert.Equal(("embedded", "default"), (session[1], session[2]));
        Assert.Contains("\tdrained since ", (await cli.Run("drain", "session", session[0])).Output);
        Assert.Equal(0, (await cli.Run("drain", "session", session[0], "--undo")).Code);
        Assert.Contains("\topen\t", (await cli.Run("sessions")).Output);
        Assert.Equal(4, (await cli.Run("drain", "session", Guid.Empty.ToString())).Code);
    }

    [Fact]
    public async Task A_pool_is_drilled_and_let_alone()
    {
        Assert.Contains("drill\tnot tried yet (every 60 s, within 500 ms)", (await cli.Run("pools", "drill", "quiet", "--every", "60", "--within", "500")).Output);
        Assert.Equal(2, (await cli.Run("pools", "drill", "quiet", "--off", "--every", "60")).Code);
        Assert.DoesNotContain("drill\t", (await cli.Run("pools", "drill", "quiet", "--off")).Output);
    }

    [Fact]
    public async Task A_key_of_a_pool_is_one_of_workers()
    {
        Assert.StartsWith("rein_", (await cli.Run("keys", "create", "gpu-worker", "--pool", "gpu")).Line);
        Assert.Contains("\tgpu-worker\twork in gpu\t", (await cli.Run("keys")).Output);
        Assert.Equal(2, (await cli.Run("keys", "create", "nothing")).Code);
        Assert.NotEqual(0, (await cli.Run("keys", "create", "more", "--pool", "gpu", "--scope", "read")).Code);
    }
}
