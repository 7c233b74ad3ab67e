using System.Security.Cryptography;
using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

/// <summary>
/// A file of named tensors, written by PyTorch (<c>.pth</c>, <c>.pt</c>) or in safetensors. The file is mapped into memory, all its tensors
/// are described and checked on opening, and each is copied out on request. Nothing in the file is ever executed.
/// </summary>
/// <remarks>Safe for concurrent reads. The file must not be truncated while it is open.</remarks>
internal sealed class WeightFile : IDisposable
{
    private readonly MappedFile _file;
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly Lazy<string> _sha256;

    private WeightFile(MappedFile file, string format, IReadOnlyList<TensorInfo> tensors)
    {
        _file = file;
        Format = format;
        Tensors = tensors;
        _byName = tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _sha256 = new(() => Hash(file));
    }

    /// <summary>The file's path, as given.</summary>
    public string Path => _file.Path;

    /// <summary><c>PyTorch zip</c> (since 1.6), <c>PyTorch legacy</c> (before 1.6) or <c>safetensors</c>.</summary>
    public string Format { get; }

    /// <summary>The free texts of a safetensors file (<c>__metadata__</c>); empty for the other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <summary>
    /// All tensors, in the order of the file. Names of tensors in nested dicts are prefixed with the keys: <c>state_dict.conv1.weight</c>.
    /// </summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <inheritdoc cref="StateDict.Unread"/>
    internal PickleGlobal? Unread { get; private init; }

    /// <summary>SHA-256 of the whole file in lower-case hexadecimal; computed on first use.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>Opens a weight file; its format is detected from its first bytes.</summary>
    /// <exception cref="UserException">The file is missing, of another kind or damaged, or it asks to run code.</exception>
    public static WeightFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = MappedFile.Open(path);
        try
        {
            return Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor into a new contiguous CPU tensor with exactly the stored bits, independent of the file.</summary>
    /// <param name="name">The name of one of <see cref="Tensors"/>.</param>
    /// <exception cref="UserException">The file has no such tensor.</exception>
    public unsafe Tensor Read(string name)
    {
        if (!_byName.TryGetValue(name, out var info))
            throw new UserException($"the file has no tensor {MappedFile.Quote(name)}", Path, "Check that it holds weights of this model.");
        var size = info.DType.ByteSize();
        var source = _file.At(info.Start, info.Count > 0 ? size : 0); // Place() has checked that all elements lie inside
        var tensor = empty(info.Shape, dtype: info.DType, device: CPU);
        if (info.Count == 0)
            return tensor;

        var target = TensorBytes.Address(tensor);
        if (info.IsContiguous)
            Buffer.MemoryCopy(source, target, info.Count * size, info.Count * size);
        else
            TensorBytes.Gather(source, target, size, info.Shape, info.Strides);
        return tensor;
    }

    /// <summary>Unmaps the file; tensors already read stay valid.</summary>
    public void Dispose() => _file.Dispose();

    private static WeightFile Read(MappedFile file)
    {
        var start = file.Slice(0, (int)Math.Min(file.Length, 512));
        if (SafeTensorsReader.Recognise(start))
        {
            var (tensors, metadata) = SafeTensorsReader.Read(file);
            return new(file, SafeTensorsReader.Format, tensors) { Metadata = metadata };
        }
        if (TorchZipFile.Recognise(start))
            return Of(file, TorchZipFile.Format, TorchZipFile.Read(file));
        if (TorchLegacyFile.Recognise(start))
            return Of(file, TorchLegacyFile.Format, TorchLegacyFile.Read(file));
        throw new UserException($"the file is {Describe(start)}, not PyTorch or safetensors weights", file.Path,
            "Give a .pth, .pt or .safetensors file.");
    }

    private static WeightFile Of(MappedFile file, string format, StateDict content) =>
        new(file, format, content.Tensors) { Unread = content.Unread };

    private static string Describe(ReadOnlySpan<byte> start)
    {
        if (start is [0x1f, 0x8b, ..])
            return "a gzip archive (unpack it first)";
        if (start is [0x89, (byte)'H', (byte)'D', (byte)'F', ..])
            return "an HDF5 file (Keras)";
        if (start.StartsWith("version https://git-lfs"u8))
            return "a Git LFS pointer (the weights were not fetched)";
        if (start.TrimStart(" \t\r\n"u8).StartsWith("<"u8))
            return "a web page (the download failed)";
        return start.Length > 261 && start[257..].StartsWith("ustar"u8) ? "a tar archive" : "of an unknown kind";
    }

    private static string Hash(MappedFile file)
    {
        const int Chunk = 1 << 20;
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < file.Length; at += Chunk)
            sha.AppendData(file.Slice(at, (int)Math.Min(Chunk, file.Length - at)));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
