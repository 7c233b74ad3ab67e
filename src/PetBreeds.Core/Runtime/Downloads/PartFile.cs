using PetBreeds.Runtime.Files;

namespace PetBreeds.Runtime.Downloads;

/// <summary>
/// The downloaded part of a file: <c>NAME.part</c>, held by one process at a time, and <c>NAME.part.tag</c> with the server's tag of the
/// version to which the bytes belong.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private readonly RemoteFile _file;
    private readonly FileLock _lock;

    private PartFile(RemoteFile file, FileLock held)
    {
        (_file, _lock) = (file, held);
        Tag = File.Exists(TagPath) ? File.ReadAllText(TagPath) : null;
    }

    /// <summary>Number of bytes downloaded so far.</summary>
    public long Length => Stream.Length;

    /// <summary>ETag or Last-Modified, as in the header; null if the server sent neither.</summary>
    public string? Tag { get; private set; }

    /// <summary>
    /// Whether the download can be resumed: only if a tag or a hash can verify that all bytes belong to the same version.
    /// </summary>
    public bool CanGoOn => Length > 0 && (Tag is not null || _file.Hash is not null);

    private FileStream Stream => _lock.Stream;

    private string PartPath => _file.Path + ".part";

    private string TagPath => PartPath + ".tag";

    /// <summary>Opens the part of a file, waiting if another process holds it.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static async Task<PartFile> OpenAsync(RemoteFile file, Action waiting, TimeProvider time, CancellationToken cancel) =>
        new(file, await FileLock.TakeAsync(file.Path + ".part", waiting, time, cancel));

    /// <summary>Appends bytes.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        Stream.Position = Stream.Length;
        await Stream.WriteAsync(bytes, cancel);
    }

    /// <summary>Discards the downloaded bytes, to start with a version of the file.</summary>
    public void StartOver(string? tag)
    {
        Stream.SetLength(0);
        Tag = tag;
        if (tag is null)
            File.Delete(TagPath);
        else
            File.WriteAllText(TagPath, tag);
    }

    /// <summary>Describes damage to the downloaded bytes; null if there is none, or it cannot be determined.</summary>
    public async Task<string?> DamageAsync(CancellationToken cancel)
    {
        if (_file.Bytes is { } bytes && bytes != Length)
            return $"it has {Length:N0} bytes, not {bytes:N0}";
        return _file.Hash is { } hash ? await hash.MismatchAsync(Stream, cancel) : null;
    }

    /// <summary>
    /// Renames the complete file atomically, after its bytes are on disk. This does not use <see cref="AtomicFile"/>, whose temporary file
    /// is deleted on failure, because a part must remain to be resumed.
    /// </summary>
    public void Publish()
    {
        Stream.Flush(flushToDisk: true);
        File.Move(PartPath, _file.Path, overwrite: true);
        File.Delete(TagPath);
    }

    /// <summary>Deletes all files.</summary>
    public void Discard()
    {
        File.Delete(PartPath);
        File.Delete(TagPath);
    }

    public void Dispose() => _lock.Dispose();
}
