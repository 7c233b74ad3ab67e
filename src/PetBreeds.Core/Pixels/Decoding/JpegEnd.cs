namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Tells a JPEG of which only the end marker is missing from one of which a part of the picture is. Decoders take either for cut short, or
/// neither; what is missing they make up from whatever bytes come next. So the file is decoded with several endings: where all of its data
/// are there, what follows changes nothing.
/// </summary>
internal static class JpegEnd
{
    /// <summary>Bits of several patterns; behind each restart marker again, for the data may end at one.</summary>
    private static readonly byte[] Fillings = [0x00, 0x55, 0xAA, 0xFE];

    /// <summary>The file as it should be: itself, or with the end marker that it lacks.</summary>
    /// <param name="file">A JPEG.</param>
    /// <param name="place">What messages call it.</param>
    /// <param name="decode">Decodes a file without minding warnings.</param>
    /// <exception cref="UserException">A part of the picture is missing.</exception>
    public static ReadOnlyMemory<byte> Complete(ReadOnlyMemory<byte> file, string place, Func<byte[], RgbImage> decode)
    {
        if (JpegStructure.HasEnd(file.Span))
            return file;
        var data = file.Span.TrimEnd((byte)0); // a download that was given up may be filled with zeros to its full length
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
            return false; // ImageSharp stops where Skia goes on
        }
    }

    private static byte[] Ending(byte filling)
    {
        byte[] filled = [.. Enumerable.Repeat(filling, 32)];
        return [.. filled, .. Enumerable.Range(0xD0, 8).SelectMany(restart => (byte[])[0xFF, (byte)restart, .. filled]), 0xFF, 0xD9];
    }
}
