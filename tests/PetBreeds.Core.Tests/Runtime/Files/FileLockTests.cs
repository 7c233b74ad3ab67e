using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using PetBreeds.Runtime.Files;
using Xunit;

namespace PetBreeds.Tests.Runtime.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Target => Path.Combine(_folder.Path, "lock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_holds_it_until_it_lets_go()
    {
        var first = FileLock.TryTake(Target);
        Assert.NotNull(first);
        Assert.Null(FileLock.TryTake(Target));
        first.Dispose();
        Assert.True(File.Exists(Target));
        using var second = FileLock.TryTake(Target);
        Assert.NotNull(second);
    }

    [Fact]
    public void Another_process_holds_it_until_it_is_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "flock comes with util-linux");
        using var other = Process.Start(new ProcessStartInfo("/usr/bin/flock", ["--no-fork", Target, "sleep", "60"]))!;
        try
        {
            Assert.True(SpinWait.SpinUntil(() => !Takes(), TimeSpan.FromSeconds(30)), "flock never took it");
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
            other.WaitForExit();
        }
        Assert.True(Takes());

        bool Takes()
        {
            using var held = FileLock.TryTake(Target);
            return held is not null;
        }
    }

    /// <summary>Who waits for a lock may open its file just before the holder deletes it, and a third one create a new one.</summary>
    [Fact]
    public void A_file_that_was_replaced_is_not_the_lock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "an open file keeps its name there");
        using var file = new FileStream(Target, FileMode.Create);
        Assert.True(FileLock.IsAt(Target, file));
        File.Delete(Target);
        Assert.False(FileLock.IsAt(Target, file));
        Thread.Sleep(50); // the clock of files may be coarse
        File.WriteAllText(Target, "");
        Assert.False(FileLock.IsAt(Target, file));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    public void Its_file_goes_where_that_is_asked_for(bool temporary, bool removed, bool stays)
    {
        using (var held = FileLock.TryTake(Target, temporary))
        {
            Assert.True(File.Exists(Target));
            if (removed)
                held!.Remove();
        }
        Assert.Equal(stays, File.Exists(Target));
        using var again = FileLock.TryTake(Target);
        Assert.NotNull(again);
    }

    [Fact]
    public void It_can_carry_bytes()
    {
        using (var held = FileLock.TryTake(Target)!)
            held.Stream.Write([1, 2, 3]);
        using var again = FileLock.TryTake(Target)!;
        Assert.Equal(3, again.Stream.Length);
    }

    [Fact]
    public void A_place_without_a_folder_or_with_one_in_the_way_is_no_lock_that_is_taken()
    {
        Assert.Throws<DirectoryNotFoundException>(() => FileLock.TryTake(Path.Combine(_folder.Path, "none", "lock")));
        Directory.CreateDirectory(Target);
        Assert.Throws<UnauthorizedAccessException>(() => FileLock.TryTake(Target));
    }

    [Fact]
    public async Task Who_waits_looks_again_after_a_while_and_says_so()
    {
        var (time, waited, end) = (new FakeTimeProvider(), 0, TestContext.Current.CancellationToken);
        var held = FileLock.TryTake(Target)!;
        var taking = FileLock.TakeAsync(Target, () => waited++, time, end);
        time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Equal((1, false), (waited, taking.IsCompleted));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref waited) == 2, 10_000));
        held.Dispose();
        for (; !taking.IsCompleted; await Task.Delay(1, end)) // the task begins to wait again a little later than it says so
            time.Advance(TimeSpan.FromMilliseconds(200));
        using var taken = await taking;
        Assert.Null(FileLock.TryTake(Target));
    }

    [Fact]
    public async Task A_wait_can_be_given_up()
    {
        using var held = FileLock.TryTake(Target);
        using var cancel = new CancellationTokenSource();
        var taking = FileLock.TakeAsync(Target, cancel.Cancel, new FakeTimeProvider(), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
    }

    [Fact]
    public async Task Who_waits_gets_a_folder_made_or_is_told_why_not()
    {
        var (end, time) = (TestContext.Current.CancellationToken, TimeProvider.System);
        using var held = await FileLock.TakeAsync(Path.Combine(_folder.Path, "new", "lock"), () => Assert.Fail(), time, end);
        Assert.True(File.Exists(held.Stream.Name));
        var inside = Path.Combine(held.Stream.Name, "lock");
        var error = await Assert.ThrowsAsync<UserException>(() => FileLock.TakeAsync(inside, () => Assert.Fail(), time, end));
        Assert.StartsWith("this file cannot be written: ", error.Problem);
        Assert.Contains("PETBREEDS_CACHE", error.Remedy);
    }
}
