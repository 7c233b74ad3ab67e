using Microsoft.Extensions.Time.Testing;
using PetBreeds.Runtime.Downloads;
using Xunit;

namespace PetBreeds.Tests.Runtime.Downloads;

/// <summary>Downloads from a server that behaves and from servers that do not.</summary>
public sealed class DownloaderTests
{
    private static byte[] Content => DownloadFixture.Content;

    [Fact]
    public void A_file_comes_whole_with_progress()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal("/models/file.bin", Assert.Single(fixture.Server.Requests).Path);
        Assert.Contains(fixture.Reports, report => report.Note == "" && report.Done == Content.Length && report.Total == Content.Length);
        Assert.Equal("checking", fixture.Reports[^1].Note);
        Assert.All(fixture.Reports, report => Assert.Equal("file.bin", report.Name));
    }

    [Fact]
    public void A_file_that_is_there_asks_nobody()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.Fetch();
        fixture.Fetch();
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void Dropped_connections_go_on_where_they_stopped()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked) with { CutAfter = asked.Number < 4 ? 50_000 : null });
        fixture.Fetch(); // four drops: more than the three tries, but each brought something
        fixture.IsWhole();
        Assert.Equal([null, 50_000, 100_000, 150_000, 200_000], fixture.Server.Requests.Select(asked => asked.From));
        Assert.Contains(fixture.Reports, report => report.Note.StartsWith("retrying in"));
    }

    [Fact]
    public void Drops_that_bring_nothing_end()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked) with { CutAfter = 0 });
        Assert.Contains("connection was lost", fixture.Fails().Problem);
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Fact]
    public void A_byte_a_connection_is_no_progress()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked) with { CutAfter = 1 });
        fixture.Fails();
        Assert.Equal(3, fixture.Server.Requests.Count);
        Assert.Equal(3, new FileInfo(fixture.Part).Length); // kept for later
    }

    [Fact]
    public void A_later_run_goes_on_with_the_part()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.LeavePart(Content[..120_000], "\"v1\"");
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal(new Asked("/models/file.bin", 120_000, "\"v1\"", 0), Assert.Single(fixture.Server.Requests));
    }

    [Fact]
    public void A_part_without_tag_or_hash_is_not_trusted()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.LeavePart(DownloadFixture.Bytes(120_000, 2));
        fixture.Fetch(fixture.File(hashed: false));
        fixture.IsWhole();
        Assert.Null(Assert.Single(fixture.Server.Requests).From);
    }

    [Fact]
    public void Another_version_on_the_server_starts_over()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.LeavePart(DownloadFixture.Bytes(120_000, 2), "\"v0\"");
        fixture.Fetch(fixture.File(hashed: false));
        fixture.IsWhole();
        Assert.Equal("\"v0\"", Assert.Single(fixture.Server.Requests).IfRange);
    }

    [Fact]
    public void A_server_that_ignores_ranges_starts_over()
    {
        using var fixture = new DownloadFixture(asked => new Reply(200, Content) { CutAfter = asked.Number == 0 ? 100_000 : null });
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal([null, 100_000], fixture.Server.Requests.Select(asked => asked.From));
    }

    [Fact]
    public void A_server_that_ignores_ranges_and_always_drops_ends()
    {
        using var fixture = new DownloadFixture(_ => new Reply(200, Content) { CutAfter = 100_000 });
        Assert.Contains("connection was lost", fixture.Fails().Problem);
        Assert.Equal(3, fixture.Server.Requests.Count); // the first brought something new, but none after it did
    }

    [Fact]
    public void Another_range_than_asked_for_starts_over()
    {
        using var fixture = new DownloadFixture(asked => asked.From is null ? Reply.File(Content, asked)
            : new Reply(206, Content[10..]) { Headers = [$"Content-Range: bytes 10-{Content.Length - 1}/{Content.Length}"] });
        fixture.LeavePart(Content[..120_000]);
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal([120_000, null], fixture.Server.Requests.Select(asked => asked.From));
    }

    [Theory]
    [InlineData(300_000)] // killed between the last byte and the renaming
    [InlineData(300_001)]
    public void A_part_with_nothing_left_to_fetch_is_settled(int length)
    {
        using var fixture = new DownloadFixture(asked => asked.From >= Content.Length
            ? new Reply(416, []) { Headers = [$"Content-Range: bytes */{Content.Length}"] }
            : Reply.File(Content, asked));
        fixture.LeavePart([.. Content, .. new byte[length - Content.Length]]);
        fixture.Fetch();
        fixture.IsWhole();
    }

    [Fact]
    public void Damage_is_seen_and_fetched_again_from_the_start()
    {
        using var fixture = new DownloadFixture(asked =>
            Reply.File(asked.Number == 0 ? DownloadFixture.Bytes(Content.Length, 2) : Content, asked));
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal([null, null], fixture.Server.Requests.Select(asked => asked.From));
    }

    [Fact]
    public void A_damaged_part_is_seen_and_fetched_again_from_the_start()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        fixture.LeavePart(DownloadFixture.Bytes(120_000, 2));
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal([120_000, null], fixture.Server.Requests.Select(asked => asked.From));
    }

    [Fact]
    public void Damage_that_stays_is_said_and_nothing_is_kept()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(DownloadFixture.Bytes(Content.Length, 2), asked));
        Assert.Matches("damaged.*SHA256 is [0-9a-f]{8}, not [0-9a-f]{8}", fixture.Fails().Problem);
        Assert.Equal(2, fixture.Server.Requests.Count);
        Assert.Empty(Directory.GetFiles(fixture.Folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(310_000)] // claims more than it sends: looks like a drop each time, and what it sends after that is none
    [InlineData(200_000)] // claims less: the rest never comes, the hash tells
    public void Lies_about_the_length_are_caught(long claim)
    {
        using var fixture = new DownloadFixture(asked => asked.From is { } from
            ? new Reply(206, Content[(int)Math.Min(from, Content.Length)..])
            {
                Claim = claim - from,
                Headers = [$"Content-Range: bytes {from}-{claim - 1}/{claim}"]
            }
            : new Reply(200, Content) { Claim = claim });
        Assert.Contains("cannot be downloaded", fixture.Fails().Problem);
        Assert.False(File.Exists(fixture.Target));
        Assert.InRange(fixture.Server.Requests.Count, 2, 4);
    }

    [Fact]
    public void A_length_other_than_the_known_one_is_refused_at_once()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        Assert.Contains("the server's file has 300,000 bytes, not 300,005", fixture.Fails(fixture.File(bytes: 300_005)).Problem);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void A_body_without_length_is_taken_and_bounded()
    {
        using var fixture = new DownloadFixture(_ => new Reply(200, Content) { Claim = -1 });
        fixture.Fetch(fixture.File(bytes: Content.Length));
        fixture.IsWhole();

        using var endless = new DownloadFixture(_ => new Reply(200, [.. Content, 1, 2, 3]) { Claim = -1 });
        Assert.Contains("the server sent more bytes than the file has", endless.Fails(endless.File(bytes: Content.Length)).Problem);
    }

    [Fact]
    public void A_web_page_is_no_file()
    {
        using var fixture = new DownloadFixture(_ =>
            new Reply(200, "<html>Log in to the hotel's network"u8.ToArray()) { Headers = ["Content-Type: text/html"] });
        Assert.Contains("a web page instead", fixture.Fails(fixture.File(hashed: false)).Problem);
        Assert.Single(fixture.Server.Requests);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(410)]
    public void What_is_not_there_is_said_at_once(int status)
    {
        using var fixture = new DownloadFixture(_ => new Reply(status, []));
        var error = fixture.Fails();
        Assert.Contains($"{status}", error.Problem);
        Assert.Equal($"{fixture.Server.Root}/models/file.bin", error.Place);
        Assert.Equal($"Without a network, download {fixture.Server.Root}/models/file.bin manually and save it as {fixture.Target}.",
            error.Remedy);
        Assert.Single(fixture.Server.Requests);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(408)]
    public void Passing_trouble_is_waited_out(int status)
    {
        using var fixture = new DownloadFixture(asked =>
            asked.Number < 2 ? new Reply(status, []) { Headers = ["Retry-After: 1"] } : Reply.File(Content, asked));
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Fact]
    public void Trouble_that_does_not_pass_ends()
    {
        using var fixture = new DownloadFixture(_ => new Reply(503, []));
        Assert.Contains("503", fixture.Fails().Problem);
        Assert.Equal(3, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task It_waits_twice_as_long_before_each_new_try()
    {
        using var fixture = new DownloadFixture(_ => new Reply(503, []));
        var time = new FakeTimeProvider();
        var start = time.GetTimestamp();
        var running = Task.Run(() => Assert.Throws<UserException>(() =>
            fixture.Fetch(null, new DownloadOptions { LongestWait = TimeSpan.FromSeconds(2), Time = time }, CancellationToken.None)));
        for (; !running.IsCompleted; await Task.Delay(1, TestContext.Current.CancellationToken))
            time.Advance(TimeSpan.FromSeconds(.5));
        Assert.Contains("503", (await running).Problem);
        Assert.Equal(["retrying in 1 s", "retrying in 2 s", "retrying in 2 s"],
            fixture.Reports.Select(report => report.Note.Split(':')[0]).Where(note => note.StartsWith("retrying")));
        Assert.True(time.GetElapsedTime(start) >= TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(0)]
    public void Silence_is_given_up_and_gone_round(int after)
    {
        using var fixture = new DownloadFixture(asked => asked.Number == 0
            ? Reply.File(Content, asked) with { CutAfter = after, Stall = true }
            : Reply.File(Content, asked));
        fixture.Fetch(null, DownloadFixture.Quick with { Stall = TimeSpan.FromMilliseconds(500) }, CancellationToken.None);
        fixture.IsWhole();
        Assert.Contains(fixture.Reports, report => report.Note.EndsWith("no data arrived for 0.5 s"));
        Assert.Equal(after == 0 ? null : after, fixture.Server.Requests[^1].From);
    }

    [Fact]
    public void A_server_that_is_gone_is_said_with_the_way_by_hand()
    {
        using var fixture = new DownloadFixture(_ => new Reply(500, []));
        var file = fixture.File();
        fixture.Server.Dispose();
        var error = fixture.Fails(file);
        Assert.Contains("cannot be downloaded", error.Problem);
        Assert.Contains($"download {file.Url} manually and save it as {file.Path}", error.Remedy);
    }

    [Fact]
    public void Interrupted_keeps_the_part_and_goes_on()
    {
        using var fixture = new DownloadFixture(asked =>
            Reply.File(Content, asked) with { CutAfter = asked.Number == 0 ? 100_000 : null, Stall = asked.Number == 0 });
        using var cancel = new CancellationTokenSource();
        var running = Task.Run(() => fixture.Fetch(null, new DownloadOptions(), cancel.Token), TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => new FileInfo(fixture.Part) is { Exists: true, Length: > 0 } || running.IsCompleted, 60_000);
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => running.GetAwaiter().GetResult());
        var kept = new FileInfo(fixture.Part).Length;
        Assert.InRange(kept, 1, 100_000);
        fixture.Fetch();
        fixture.IsWhole();
        Assert.Equal(kept, fixture.Server.Requests[^1].From);
    }

    [Fact]
    public async Task Several_at_once_download_once()
    {
        const string waits = "another petbreeds process is downloading it";
        DownloadFixture? shared = null;
        using var fixture = shared = new DownloadFixture(asked =>
        {
            SpinWait.SpinUntil(() => shared!.Reports.Any(report => report.Note == waits), TimeSpan.FromMinutes(1));
            return Reply.File(Content, asked);
        });
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => fixture.Fetch(), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        fixture.IsWhole();
        Assert.Single(fixture.Server.Requests);
        Assert.Contains(fixture.Reports, report => report.Note == waits);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_said()
    {
        using var fixture = new DownloadFixture(asked => Reply.File(Content, asked));
        File.WriteAllText(Path.Combine(fixture.Folder, "weights"), "a file where the folder should be");
        Assert.Contains("cannot be written", fixture.Fails().Problem);
    }
}
