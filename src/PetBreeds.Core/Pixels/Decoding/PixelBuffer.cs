using System.Buffers;
using System.Runtime.InteropServices;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Bytes for a picture that is being decoded. Of usual size they come from the pool; a large one would stay there with hundreds of
/// megabytes, so it is the system's, which has them back at once.
/// </summary>
internal sealed unsafe class PixelBuffer : IDisposable
{
    private const int LargestPooled = 64 << 20; // 16 megapixels

    private readonly int _length;
    private readonly byte[]? _pooled;
    private void* _own;

    /// <param name="length">In bytes; what they hold is left to chance.</param>
    public PixelBuffer(int length)
    {
        _length = length;
        if (length <= LargestPooled)
            _pooled = ArrayPool<byte>.Shared.Rent(length);
        else
            _own = NativeMemory.Alloc((nuint)length);
    }

    /// <summary>Not to be used after <see cref="Dispose"/>.</summary>
    public Span<byte> Bytes => _pooled is null ? new Span<byte>(_own, _length) : _pooled.AsSpan(0, _length);

    public void Dispose()
    {
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
        NativeMemory.Free(_own);
        _own = null;
    }
}
