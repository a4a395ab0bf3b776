using System.Runtime.InteropServices;
using System.Text;

namespace Rein.Worker.Processes;

/// <summary>A null-terminated array of C strings, in one block of native memory.</summary>
sealed unsafe class NativeStrings : IDisposable
{
    readonly byte** _block;

    public NativeStrings(IReadOnlyCollection<string> strings)
    {
        var pointers = (strings.Count + 1) * sizeof(byte*);
        var bytes = strings.Sum(text => Encoding.UTF8.GetByteCount(text) + 1);
        _block = (byte**)NativeMemory.Alloc((nuint)(pointers + bytes));
        var next = (byte*)_block + pointers;
        var left = bytes;
        var index = 0;
        foreach (var text in strings)
        {
            _block[index++] = next;
            var written = Encoding.UTF8.GetBytes(text, new Span<byte>(next, left));
            next[written] = 0;
            next += written + 1;
            left -= written + 1;
        }

        _block[index] = null;
    }

    public byte** Pointer => _block;

    public void Dispose() => NativeMemory.Free(_block);
}
