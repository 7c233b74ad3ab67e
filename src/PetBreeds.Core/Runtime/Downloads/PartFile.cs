using PetBreeds.Runtime.Files;

namespace PetBreeds.Runtime.Downloads;

/// <summary>
/// What has come of a file so far: <c>NAME.part</c>, held by one process at a time, and in <c>NAME.part.tag</c> the server's name for the
/// version the bytes are of.
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

    /// <summary>Bytes here.</summary>
    public long Length => Stream.Length;

    /// <summary>ETag or Last-Modified, as a header carries it; null where the server gave none.</summary>
    public string? Tag { get; private set; }

    /// <summary>Whether more bytes may be added to these: only if a tag or a hash will tell that both are of one version.</summary>
    public bool CanGoOn => Length > 0 && (Tag is not null || _file.Hash is not null);

    private FileStream Stream => _lock.Stream;

    private string PartPath => _file.Path + ".part";

    private string TagPath => PartPath + ".tag";

    /// <summary>Opens the part of a file, waiting for another process that has it.</summary>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static async Task<PartFile> OpenAsync(RemoteFile file, Action waiting, TimeProvider time, CancellationToken cancel) =>
        new(file, await FileLock.TakeAsync(file.Path + ".part", waiting, time, cancel));

    /// <summary>Adds bytes at the end.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        Stream.Position = Stream.Length;
        await Stream.WriteAsync(bytes, cancel);
    }

    /// <summary>Forgets what has come, to begin with a version of the file.</summary>
    public void StartOver(string? tag)
    {
        Stream.SetLength(0);
        Tag = tag;
        if (tag is null)
            File.Delete(TagPath);
        else
            File.WriteAllText(TagPath, tag);
    }

    /// <summary>What is wrong with what has come; null if nothing is, or nobody can tell.</summary>
    public async Task<string?> DamageAsync(CancellationToken cancel)
    {
        if (_file.Bytes is { } bytes && bytes != Length)
            return $"it has {Length:N0} bytes, not {bytes:N0}";
        return _file.Hash is { } hash ? await hash.MismatchAsync(Stream, cancel) : null;
    }

    /// <summary>
    /// Gives the complete file its name, in one step and after its bytes are on the disk. This is no <see cref="AtomicFile"/>, whose
    /// temporary file goes when the work breaks off: a part stays to be resumed.
    /// </summary>
    public void Publish()
    {
        Stream.Flush(flushToDisk: true);
        File.Move(PartPath, _file.Path, overwrite: true);
        File.Delete(TagPath);
    }

    /// <summary>Leaves nothing behind.</summary>
    public void Discard()
    {
        File.Delete(PartPath);
        File.Delete(TagPath);
    }

    public void Dispose() => _lock.Dispose();
}
