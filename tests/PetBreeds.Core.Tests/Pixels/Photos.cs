using System.Buffers.Binary;
using PetBreeds.Pixels.Decoding;
using SkiaSharp;

namespace PetBreeds.Tests.Pixels;

/// <summary>Makes photos and photo files for tests.</summary>
internal static class Photos
{
    /// <summary>Red, green, blue and black quarters: no turn or mirroring of it looks the same.</summary>
    public static RgbImage Quarters(int width = 64, int height = 48)
    {
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var quarter = (y * 2 / height * 2) + (x * 2 / width);
                if (quarter < 3)
                    pixels[(((y * width) + x) * 3) + quarter] = 255;
            }
        return new RgbImage(width, height, pixels);
    }

    public static byte[] Encode(RgbImage image, SKEncodedImageFormat format, int quality = 95)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                bitmap.SetPixel(x, y, new SKColor(At(image, x, y).R, At(image, x, y).G, At(image, x, y).B));
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static (byte R, byte G, byte B) At(RgbImage image, int x, int y)
    {
        var i = ((y * image.Width) + x) * 3;
        return (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
    }

    /// <summary>
    /// The picture as a camera held in that orientation stores it: <see cref="Store"/> turned back by EXIF is the picture.
    /// </summary>
    public static RgbImage Store(RgbImage upright, int orientation)
    {
        var (width, height) = orientation >= 5 ? (upright.Height, upright.Width) : (upright.Width, upright.Height);
        var pixels = new byte[upright.Pixels.Length];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                // EXIF 2.3, tag 0x112: where row 0 and column 0 of the stored picture lie in the upright one.
                var (ux, uy) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (height - 1 - y, x),
                    7 => (height - 1 - y, width - 1 - x),
                    8 => (y, width - 1 - x),
                    _ => (x, y),
                };
                var (r, g, b) = At(upright, ux, uy);
                (pixels[((y * width) + x) * 3], pixels[(((y * width) + x) * 3) + 1], pixels[(((y * width) + x) * 3) + 2]) = (r, g, b);
            }
        return new RgbImage(width, height, pixels);
    }

    /// <summary>A JPEG with an APP1 segment that holds the orientation put in after its first two bytes.</summary>
    public static byte[] WithExif(byte[] jpeg, int orientation, bool littleEndian)
    {
        byte[] body = [.. "Exif\0\0"u8, .. Tiff(orientation, littleEndian)];
        var segment = new byte[4];
        (segment[0], segment[1]) = (0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(body.Length + 2));
        return [.. jpeg.AsSpan(0, 2), .. segment, .. body, .. jpeg.AsSpan(2)];
    }

    /// <summary>A TIFF structure with the one tag.</summary>
    public static byte[] Tiff(int orientation, bool littleEndian) => littleEndian
        ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>A PNG that declares a size and holds next to nothing.</summary>
    public static byte[] PngHeader(int width, int height)
    {
        var ihdr = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(ihdr, width);
        BinaryPrimitives.WriteInt32BigEndian(ihdr.AsSpan(4), height);
        (ihdr[8], ihdr[9]) = (8, 2);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, ihdr), .. Chunk("IDAT"u8, [0x78, 0x9C, 0x63]), .. Chunk("IEND"u8, [])];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
