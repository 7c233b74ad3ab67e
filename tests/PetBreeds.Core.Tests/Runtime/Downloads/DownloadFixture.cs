using System.Security.Cryptography;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;

namespace PetBreeds.Tests.Runtime.Downloads;

/// <summary>A server, a folder, and a downloader that tries again at once.</summary>
internal sealed class DownloadFixture : IDisposable
{
    public static readonly DownloadOptions Quick = new()
    {
        Tries = 3,
        FirstWait = TimeSpan.FromMilliseconds(10),
        LongestWait = TimeSpan.FromMilliseconds(40),
        UsefulBytes = 10_000,
    };

    private readonly List<DownloadProgress> _reports = [];

    public DownloadFixture(Func<Asked, Reply> answer) => Server = new LoopbackServer(answer);

    /// <summary>300,000 bytes, the same every time.</summary>
    public static byte[] Content { get; } = Bytes(300_000, 1);

    public LoopbackServer Server { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("petbreeds-downloads-").FullName;

    public string Target => Path.Combine(Folder, "weights", "file.bin");

    public string Part => Target + ".part";

    public IReadOnlyList<DownloadProgress> Reports
    {
        get
        {
            lock (_reports)
                return [.. _reports];
        }
    }

    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public RemoteFile File(bool hashed = true, long? bytes = null) => new(new Uri($"{Server.Root}/models/file.bin"), Target, bytes, bytes,
        hashed ? ContentHash.Sha256(Convert.ToHexStringLower(SHA256.HashData(Content))[..8]) : null);

    public void Fetch(RemoteFile? file = null) => Fetch(file, Quick, CancellationToken.None);

    public void Fetch(RemoteFile? file, DownloadOptions options, CancellationToken cancel) =>
        new Downloader(options).FetchAsync(file ?? File(), new Recorder(this), cancel).GetAwaiter().GetResult();

    public UserException Fails(RemoteFile? file = null) => Xunit.Assert.Throws<UserException>(() => Fetch(file));

    public void LeavePart(byte[] bytes, string? tag = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Part)!);
        System.IO.File.WriteAllBytes(Part, bytes);
        if (tag is not null)
            System.IO.File.WriteAllText(Part + ".tag", tag);
    }

    /// <summary>The file is whole and nothing else is left beside it.</summary>
    public void IsWhole()
    {
        Xunit.Assert.Equal(Content, System.IO.File.ReadAllBytes(Target));
        Xunit.Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    public void Dispose()
    {
        Server.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private sealed class Recorder(DownloadFixture fixture) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            lock (fixture._reports)
                fixture._reports.Add(value);
        }
    }
}
