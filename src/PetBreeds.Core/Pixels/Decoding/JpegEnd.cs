namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Distinguishes a JPEG that only lacks its end marker from one that lacks part of the image. Decoders treat either both or neither as
/// truncated, and make up missing data from whatever bytes come next. So the file is decoded with several endings: if all of its data is
/// there, the ending makes no difference.
/// </summary>
internal static class JpegEnd
{
    /// <summary>Several bit patterns; each is also tried after every restart marker, because the data may end at one.</summary>
    private static readonly byte[] Fillings = [0x00, 0x55, 0xAA, 0xFE];

    /// <summary>Returns the complete file: itself, or with its missing end marker added.</summary>
    /// <param name="file">A JPEG.</param>
    /// <param name="place">The file's name for error messages.</param>
    /// <param name="decode">Decodes a file, ignoring warnings.</param>
    /// <exception cref="UserException">Part of the image is missing.</exception>
    public static ReadOnlyMemory<byte> Complete(ReadOnlyMemory<byte> file, string place, Func<byte[], RgbImage> decode)
    {
        if (JpegStructure.HasEnd(file.Span))
            return file;
        var data = file.Span.TrimEnd((byte)0); // an aborted download may be padded with zeros to its full length
        if (data.EndsWith((ReadOnlySpan<byte>)[0xFF]))
            data = data[..^1];
        if (JpegStructure.HasAllScans(data) && IsWhole(data, decode))
            return (byte[])[.. data, 0xFF, 0xD9];
        throw new UserException("the JPEG file is cut short: part of the picture is missing", place,
            "Download it again, or remove it from the data set.");
    }

    private static bool IsWhole(ReadOnlySpan<byte> data, Func<byte[], RgbImage> decode)
    {
        try
        {
            var first = decode([.. data, .. Ending(Fillings[0])]);
            foreach (var filling in Fillings[1..])
                if (!decode([.. data, .. Ending(filling)]).Pixels.AsSpan().SequenceEqual(first.Pixels))
                    return false;
            return true;
        }
        catch (UserException e) when (e.InnerException is not null)
        {
            return false; // ImageSharp stops where Skia continues
        }
    }

    private static byte[] Ending(byte filling)
    {
        byte[] filled = [.. Enumerable.Repeat(filling, 32)];
        return [.. filled, .. Enumerable.Range(0xD0, 8).SelectMany(restart => (byte[])[0xFF, (byte)restart, .. filled]), 0xFF, 0xD9];
    }
}
