using System.Buffers;
using System.Runtime.InteropServices;

namespace PetBreeds.Pixels.Decoding;

/// <summary>
/// Decodes plain JPEGs with the system's libturbojpeg if it is installed (Debian: libturbojpeg0, Ubuntu: libturbojpeg, Homebrew:
/// jpeg-turbo). Skia contains the same library, but built without vector instructions, so it takes longer for the same pixels. All other
/// JPEGs (with an embedded colour profile, in CMYK, or with any warning) are left to Skia.
/// </summary>
/// <remarks>API: turbojpeg.h of libjpeg-turbo 1.5 and later, which 3.x still exports. Thread-safe.</remarks>
internal static unsafe class TurboJpeg
{
    // TJPF_RGB, TJPF_RGBX, TJCS_YCbCr, TJCS_GRAY; TJFLAG_ACCURATEDCT (Skia's, and Pillow's) and TJFLAG_LIMITSCANS (against bombs of many
    // scans).
    private const int Rgb = 0, Rgbx = 2, YCbCr = 1, Grey = 2, Flags = 4096 | 32768;

    private static readonly delegate* unmanaged<nint> InitDecompress;
    private static readonly delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int> DecompressHeader;
    private static readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress;
    private static readonly delegate* unmanaged<nint, int> Destroy;

    static TurboJpeg()
    {
        string[] names = OperatingSystem.IsLinux() ? ["libturbojpeg.so.0"]
            : OperatingSystem.IsMacOS() ? ["/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib",
                "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
            : []; // a DLL of that name could come from anywhere on the search path
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library)
                && NativeLibrary.TryGetExport(library, "tjInitDecompress", out var init)
                && NativeLibrary.TryGetExport(library, "tjDecompressHeader3", out var header)
                && NativeLibrary.TryGetExport(library, "tjDecompress2", out var decompress)
                && NativeLibrary.TryGetExport(library, "tjDestroy", out var destroy))
            {
                InitDecompress = (delegate* unmanaged<nint>)init;
                DecompressHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)header;
                Decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)decompress;
                Destroy = (delegate* unmanaged<nint, int>)destroy;
                break;
            }
        }
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled => Destroy is not null;

    /// <summary>Decodes to an upright image; null if Skia has to decode the file.</summary>
    /// <param name="file">A JPEG.</param>
    /// <param name="reduction">The reduction: 1, 2, 4 or 8.</param>
    /// <param name="width">Width of the stored image after the reduction; its memory use has been checked.</param>
    /// <param name="height">Height of the stored image after the reduction.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8.</param>
    public static RgbImage? Decode(ReadOnlySpan<byte> file, int reduction, int width, int height, int orientation)
    {
        if (!IsInstalled || file.IndexOf("ICC_PROFILE\0"u8) >= 0)
            return null;
        if (orientation == 1)
        {
            var rgb = GC.AllocateUninitializedArray<byte>(checked(width * height * 3));
            return Decode(file, reduction, width, height, Rgb, rgb) ? new RgbImage(width, height, rgb) : null;
        }
        var rgbx = ArrayPool<byte>.Shared.Rent(checked(width * height * 4));
        try
        {
            return Decode(file, reduction, width, height, Rgbx, rgbx)
                ? UprightRgb.Convert(rgbx, width, height, orientation, opaque: true) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgbx);
        }
    }

    private static bool Decode(ReadOnlySpan<byte> file, int reduction, int width, int height, int format, byte[] pixels)
    {
        var handle = InitDecompress();
        if (handle == 0)
            return false;
        try
        {
            fixed (byte* from = file, to = pixels)
            {
                int w, h, subsampling, colours;
                var length = new CULong((nuint)file.Length);
                // Any result other than 0 may be a mere warning: Skia decides how to treat the file.
                return DecompressHeader(handle, from, length, &w, &h, &subsampling, &colours) == 0
                    && colours is YCbCr or Grey
                    && ((w + reduction - 1) / reduction, (h + reduction - 1) / reduction) == (width, height)
                    && Decompress(handle, from, length, to, width, 0, height, format, Flags) == 0;
            }
        }
        finally
        {
            _ = Destroy(handle);
        }
    }
}
