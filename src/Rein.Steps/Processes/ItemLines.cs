using System.IO.Pipelines;
using System.Buffers;
using System.Text;
using Rein.Worker;
using Rein.Worker.Reporting;

namespace Rein.Steps.Processes;

/// <summary>Carries standard output into items, a line each. What is no item goes to the log and is counted.</summary>
sealed class ItemLines(RunContext run, ItemsFrom from)
{
    const int MaxLine = ItemWriter.MaxItem;

    bool isFenced;

    /// <summary>The rest of a line whose beginning was refused is no line.</summary>
    bool isSkipping;

    /// <summary>Lines that are no items: longer than 1 MB, or no JSON where JSON was promised.</summary>
    public int Refused { get; private set; }

    public async Task Run(Stream stream)
    {
        var reader = PipeReader.Create(stream);
        while (true)
        {
            var read = await reader.ReadAsync();
            var rest = await TakeLines(read.Buffer, read.IsCompleted);
            reader.AdvanceTo(rest, read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        await reader.CompleteAsync();
    }

    async Task<SequencePosition> TakeLines(ReadOnlySequence<byte> buffer, bool isLast)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            if (!isSkipping)
                await Take(buffer.Slice(0, end).ToArray());
            isSkipping = false;
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }
        if (isSkipping)
            return buffer.End;
        if ((!isLast && buffer.Length <= MaxLine) || buffer.IsEmpty)
            return buffer.Start;
        await Take(buffer.ToArray());
        isSkipping = true;
        return buffer.End;
    }

    async Task Take(byte[] line)
    {
        if (isFenced || line.Length == 0)
            return;
        try
        {
            if (from is ItemsFrom.JsonLines)
                await run.Items.Add(line);
            else
                await run.Items.AddText(Encoding.UTF8.GetString(line));
        }
        catch (ArgumentException)
        {
            await Refuse(line);
        }
        catch (OperationCanceledException)
        {
            // Fenced: the rest is read, so that the process does not block on a full pipe, and counts for nothing.
            isFenced = true;
        }
    }

    async Task Refuse(byte[] line)
    {
        Refused++;
        try
        {
            await run.Log.Write($"not an item ({line.Length} bytes): {Encoding.UTF8.GetString(line, 0, Math.Min(line.Length, 200))}");
        }
        catch (OperationCanceledException)
        {
            isFenced = true;
        }
    }
}
