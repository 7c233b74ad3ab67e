using PetBreeds.Runtime;
using PetBreeds.Runtime.Files;
using PetBreeds.Tests.Catalog;
using Xunit;

namespace PetBreeds.Tests.Runtime.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "file.bin");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public void A_file_is_made_and_replaced_and_nothing_is_left_beside_it(int length)
    {
        foreach (var fill in (byte[])[1, 2])
        {
            Replace(fill, length);
            Assert.Equal(Enumerable.Repeat(fill, length), File.ReadAllBytes(Target));
            Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        }
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(InvalidOperationException))]
    public void What_breaks_off_half_way_leaves_the_old_file_or_none(Type error)
    {
        Fail();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        File.WriteAllText(Target, "old");
        Fail();
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));

        void Fail() => Assert.Throws(error, () => AtomicFile.Replace(Target, stream =>
        {
            stream.Write(new byte[100_000]);
            throw (Exception)Activator.CreateInstance(error, "half way")!;
        }));
    }

    [Fact]
    public void What_the_system_refuses_is_the_users_error_and_nothing_else_is()
    {
        var refused = Assert.Throws<UserException>(() => AtomicFile.Write(Target, "the list", _ => throw new IOException("disk full")));
        Assert.Equal("the list cannot be written: disk full", refused.Problem);
        Assert.Equal((Target, WriteErrors.Remedy), (refused.Place, refused.Remedy));
        Assert.IsType<IOException>(refused.InnerException);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(Target, "the list", _ => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData("none/file.bin", "")]
    [InlineData("file.bin", "file.bin/in the way")]
    [InlineData("file.bin", "file.bin.tmp/in the way")]
    public void A_place_that_cannot_be_written_is_said(string name, string obstacle)
    {
        if (obstacle.Length > 0)
            Directory.CreateDirectory(Path.Combine(_folder.Path, obstacle));
        var path = Path.Combine(_folder.Path, name);
        var error = Assert.Throws<UserException>(() => AtomicFile.Write(path, "the list", stream => stream.WriteByte(1), "Do this."));
        Assert.StartsWith("the list cannot be written: ", error.Problem);
        Assert.Equal((path, "Do this."), (error.Place, error.Remedy));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_is_said()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("this user may write everywhere");
            return; // for the compiler's check of platforms
        }
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var error = Assert.Throws<UserException>(() => AtomicFile.Write(Target, "the list", stream => stream.WriteByte(1)));
            Assert.StartsWith("the list cannot be written: ", error.Problem);
            Assert.Equal("old", File.ReadAllText(Target));
        }
        finally
        {
            File.SetUnixFileMode(_folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void What_a_killed_process_left_is_written_over()
    {
        File.WriteAllBytes(Target + ".tmp", new byte[1000]);
        Replace(7, 10);
        Assert.Equal(Enumerable.Repeat((byte)7, 10), File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public void Who_may_read_and_write_the_file_stays_so(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no modes");
            return; // for the compiler's check of platforms
        }
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, mode);
        using (var file = new AtomicFile(Target))
        {
            var others = File.GetUnixFileMode(file.Stream.Name) & ~mode & ~UnixFileMode.UserWrite;
            Assert.Equal(UnixFileMode.None, others); // nobody else may read what is being written
            file.Stream.WriteByte(1);
            file.Commit();
        }
        Assert.Equal((mode, 1), (File.GetUnixFileMode(Target), new FileInfo(Target).Length));
    }

    [Fact]
    public void A_second_writer_is_refused_and_does_not_disturb_the_first()
    {
        using (var first = new AtomicFile(Target))
        {
            first.Stream.WriteByte(1);
            Assert.Throws<IOException>(() => Replace(2, 5));
            first.Commit();
        }
        Assert.Equal([1], File.ReadAllBytes(Target));
    }

    [Fact]
    public void Of_writers_that_share_a_file_the_last_one_wins()
    {
        using (var first = new AtomicFile(Target, shared: true))
        using (var second = new AtomicFile(Target, shared: true))
        {
            first.Stream.Write([1, 1]);
            second.Stream.Write([2]);
            second.Commit();
            first.Commit();
        }
        Assert.Equal([1, 1], File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_reader_never_sees_a_mixture()
    {
        Replace(1, 20_000);
        var reading = Task.Run(() =>
        {
            var seen = new HashSet<(int, int)>();
            for (var i = 0; i < 300; i++)
                seen.Add(File.ReadAllBytes(Target) is var bytes ? (bytes.Length, bytes.Distinct().Count()) : default);
            return seen;
        });
        for (var i = 0; !reading.IsCompleted; i++)
            Replace((byte)i, 20_000);
        Assert.Equal([(20_000, 1)], await reading);
    }

    private void Replace(byte fill, int length) => AtomicFile.Replace(Target, stream =>
    {
        var half = Enumerable.Repeat(fill, length / 2).ToArray();
        stream.Write(half);
        stream.Write([.. half, .. Enumerable.Repeat(fill, length % 2)]);
    });
}
