namespace PetBreeds.Catalog.Files;

/// <summary>The kind of a file, by its content.</summary>
/// <param name="Name">The kind's name, such as "JPEG", "HEIC" or "web page".</param>
/// <param name="Sort">Its meaning for training.</param>
internal readonly record struct FileKind(string Name, FileSort Sort)
{
    /// <summary>The kinds that are decoded, for messages.</summary>
#if IMAGESHARP
    public const string Formats = "JPEG, PNG, GIF, WebP, BMP or TIFF";
#else
    public const string Formats = "JPEG, PNG, GIF, WebP, BMP or ICO";
#endif

    /// <summary>Number of bytes at the start of a file that determine its kind.</summary>
    public const int Length = 2048;

    private const string LfsPointer = "Git LFS pointer";

    public bool IsRead => Sort == FileSort.Read;

    public bool IsLfsPointer => Name == LfsPointer;

    /// <summary>Why training leaves the file out, in a few words; null if the file is supported.</summary>
    public string? WhyNot => Sort switch
    {
        FileSort.Read => null,
        FileSort.Picture => PhotoFiles.KindNotRead + Name,
        _ when IsLfsPointer => $"{PhotoFiles.NoPhoto} but a {Name} (run git lfs pull)",
        _ when Name is "" or "text file" => PhotoFiles.NoPhoto,
        _ => $"{PhotoFiles.NoPhoto} but a {Name}",
    };

    /// <summary>
    /// The only place that distinguishes photos from other files. The extension is ignored: the Oxford data set has GIF and PNG files named
    /// .jpg.
    /// </summary>
    /// <param name="start">The first <see cref="Length"/> bytes, or all if there are fewer; more bytes do no harm.</param>
    public static FileKind Of(ReadOnlySpan<byte> start)
    {
        if (ReadKind(start) is { } read)
            return new FileKind(read, FileSort.Read);
        if (PictureKind.Of(start) is { } picture)
            return new FileKind(picture, FileSort.Picture);
        return new FileKind(start.IsEmpty ? "file of 0 bytes"
            : start.StartsWith("version https://git-lfs.github.com/spec/"u8) ? LfsPointer
            : OtherKind.Of(start) ?? "", FileSort.NoPicture);
    }

    /// <summary>The same for a file on disk.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    public static FileKind OfFile(string path)
    {
        Span<byte> start = stackalloc byte[Length];
        using var file = File.OpenHandle(path);
        var length = 0;
        while (length < Length && RandomAccess.Read(file, start[length..], length) is > 0 and var more)
            length += more;
        return Of(start[..length]);
    }

    private static string? ReadKind(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return "JPEG";
        if (start.StartsWith(PictureKind.PngSignature))
            return PictureKind.IsCgBi(start) ? null : "PNG";
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
            return "GIF";
        if (start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8))
            return "WebP";
#if IMAGESHARP
        if (PictureKind.Of(start) == "TIFF")
            return "TIFF";
#else
        if (PictureKind.Of(start) == "ICO")
            return "ICO";
#endif
        return PictureKind.IsBmp(start) ? "BMP" : null;
    }
}

/// <summary>The meaning of a kind of file for training.</summary>
internal enum FileSort
{
    /// <summary>A photo that can be decoded.</summary>
    Read,

    /// <summary>A picture of an unsupported kind.</summary>
    Picture,

    /// <summary>Anything else.</summary>
    NoPicture,
}
