using System.Net;
using System.Net.Sockets;

namespace Rein.Cli.Bench;

/// <summary>
/// What the machine itself takes, now: the same program gives half of its figures from one hour to the next where others share the hardware. Two figures
/// are to be compared where these are alike.
/// </summary>
sealed class Yardstick(string folder)
{
    const int Times = 500;

    public Measured Run() => new("the machine itself", null, null)
    {
        Stages = [Writes(), Echoes(), Arithmetic()],
    };

    /// <summary>As many bytes as a small commit writes, over ones that were written before, and on the disk.</summary>
    Histogram Writes()
    {
        const int bytes = 36_864, places = 50;
        var writes = new Histogram("36 KB on disk");
        var file = Path.Combine(folder, Path.GetRandomFileName());
        using var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var block = new byte[bytes];
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            RandomAccess.Write(handle, block, (long)(i % places) * bytes);
            RandomAccess.FlushToDisk(handle);
            if (i >= places)
                writes.Record(TimeProvider.System.GetElapsedTime(began));
        }
        return writes;
    }

    /// <summary>A byte there and back over the loopback: four hand-overs through the kernel, as every request has them.</summary>
    static Histogram Echoes()
    {
        var echoes = new Histogram("a byte there and back");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var here = new TcpClient { NoDelay = true };
        here.Connect((IPEndPoint)listener.LocalEndpoint);
        using var there = listener.AcceptTcpClient();
        there.NoDelay = true;
        var echo = new Thread(() => Echo(there.Client));
        echo.Start();
        var one = new byte[1];
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            here.Client.Send(one);
            here.Client.Receive(one);
            echoes.Record(TimeProvider.System.GetElapsedTime(began));
        }
        here.Client.Shutdown(SocketShutdown.Send);
        echo.Join();
        return echoes;
    }

    static void Echo(Socket socket)
    {
        var one = new byte[1];
        while (socket.Receive(one) > 0)
            socket.Send(one);
    }

    static Histogram Arithmetic()
    {
        var rounds = new Histogram("a million steps of arithmetic");
        for (var i = 0; i < Times; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            var state = (uint)i;
            for (var step = 0; step < 1_000_000; step++)
                state = (state * 1_664_525) + 1_013_904_223;
            rounds.Record(TimeProvider.System.GetElapsedTime(began));
            GC.KeepAlive(state);
        }
        return rounds;
    }
}
