using System.CommandLine;
using PetBreeds.Runtime;
using PetBreeds.Runtime.Downloads;

namespace PetBreeds.Cli.Console;

/// <summary>Lists what must be downloaded, asks, and downloads it. Nothing is downloaded without consent.</summary>
internal static class Downloads
{
    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Download missing files without asking." };

    /// <summary>Downloads what a command needs, if the user agrees.</summary>
    /// <exception cref="UserException">The user declined or cannot be asked, or a download failed.</exception>
    public static void Ensure(IReadOnlyList<DownloadPlan> plans, bool yes, CancellationToken cancel)
    {
        var wanted = plans.Where(plan => plan.Files.Count > 0).ToArray(); // the rest needs no network
        if (wanted.Length > 0 && !yes && !Agreed(wanted, cancel))
            throw DownloadPlan.Refused(wanted, "Use --yes");
        if (yes)
            Announce(wanted);
        Run(plans, cancel);
    }

    /// <summary>Downloads what the user asked for.</summary>
    /// <exception cref="UserException">A download failed.</exception>
    public static void Get(DownloadPlan plan, CancellationToken cancel)
    {
        Announce([plan]);
        Run([plan], cancel);
    }

    private static void Run(IReadOnlyList<DownloadPlan> plans, CancellationToken cancel)
    {
        using var interrupted = cancel.Register(() => Terminal.Note("Partial downloads are kept; run the same command to resume."));
        foreach (var plan in plans)
        {
            ProgressBar.Run("downloading", bar =>
            {
                plan.Get(new Direct<DownloadProgress>(ShowProgress(bar)), cancel).GetAwaiter().GetResult();
                return plan;
            });
        }
    }

    private static bool Agreed(IReadOnlyList<DownloadPlan> plans, CancellationToken cancel)
    {
        if (System.Console.IsInputRedirected || System.Console.IsErrorRedirected)
            return false;
        Announce(plans);
        System.Console.Error.Write($"Download {DownloadPlan.SizeOf(plans)}? [y/N] ");
        var answer = Task.Run(System.Console.ReadLine, CancellationToken.None);
        answer.Wait(cancel); // reading a line cannot be interrupted; waiting for it can
        return answer.Result?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static void Announce(IReadOnlyList<DownloadPlan> plans)
    {
        foreach (var plan in plans)
        {
            Terminal.Note($"{plan.What}:");
            foreach (var file in plan.Files)
                Terminal.Note($"  {file.Url} ({Size(file)}) to {file.Path}");
            if (plan is { Files.Count: > 0, Mirror: { } mirror })
                Terminal.Note($"  or, if that fails, {mirror.Url} ({Size(mirror)})");
        }
    }

    private static string Size(RemoteFile file) => file.About is { } bytes ? ByteCount.Text(bytes) : "size unknown";

    private static Action<DownloadProgress> ShowProgress(ProgressBar bar)
    {
        var note = "";
        return progress =>
        {
            if (!Terminal.IsLive && progress.Note.Length > 0 && progress.Note != note)
                Terminal.Note($"{progress.Name}: {progress.Note}");
            note = progress.Note;
            var done = ByteCount.Text(progress.Done);
            var amount = progress.Total is { } total ? $"{done} of {ByteCount.Text(total)}" : done;
            var doing = note.Length > 0 ? note : $"{amount}, {ByteCount.Text((long)progress.BytesPerSecond)}/s";
            bar.Report(progress.Done, progress.Total ?? 0, $"{progress.Name} · {doing}", progress.Left);
        };
    }
}
