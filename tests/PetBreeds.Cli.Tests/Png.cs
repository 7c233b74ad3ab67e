using System.Buffers.Binary;
using System.IO.Compression;

namespace PetBreeds.Cli.Tests;

/// <summary>Reads the PNG files the program writes (8 bits a channel, not interlaced), so that tests can look at pixels.</summary>
public sealed class Png
{
    private readonly byte[] _pixels;
    private readonly int _channels;

    private Png(int width, int height, int channels, byte[] pixels) => (Width, Height, _channels, _pixels) = (width, height, channels, pixels);

    public int Width { get; }

    public int Height { get; }

    public static Png Read(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan(8); // after the signature: length (4), type (4), data, CRC (4)
        var header = file.Slice(8, 13).ToArray();
        using var packed = new MemoryStream();
        while (file.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file);
            if (file[4..8].SequenceEqual("IDAT"u8))
                packed.Write(file.Slice(8, length));
            file = file[(length + 12)..];
        }
        packed.Position = 0;
        using var rows = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
            zlib.CopyTo(rows);
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(header), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
        var channels = (header[8], header[9], header[12]) switch
        {
            (8, 2, 0) => 3,
            (8, 6, 0) => 4,
            _ => throw new NotSupportedException("this kind of PNG"),
        };
        return new Png(width, height, channels, Unfilter(rows.ToArray(), width * channels, height, channels));
    }

    public (byte Red, byte Green, byte Blue) At(int x, int y)
    {
        var at = (y * Width + x) * _channels;
        return (_pixels[at], _pixels[at + 1], _pixels[at + 2]);
    }

    /// <summary>Mean difference of the channels between two rectangles of the same size, 0 to 255.</summary>
    public double Difference((int X, int Y) first, (int X, int Y) second, int width, int height)
    {
        var sum = 0L;
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (a, b) = (At(first.X + x, first.Y + y), At(second.X + x, second.Y + y));
                sum += Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue);
            }
        return sum / (3.0 * width * height);
    }

    /// <summary>Undoes the filters of each row (PNG specification, section 9).</summary>
    private static byte[] Unfilter(byte[] rows, int stride, int height, int channels)
    {
        var pixels = new byte[stride * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < stride; x++)
            {
                var left = x >= channels ? pixels[y * stride + x - channels] : 0;
                var up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
                var corner = x >= channels && y > 0 ? pixels[(y - 1) * stride + x - channels] : 0;
                var guess = rows[y * (stride + 1)] switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    _ => Paeth(left, up, corner),
                };
                pixels[y * stride + x] = (byte)(rows[y * (stride + 1) + 1 + x] + guess);
            }
        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
