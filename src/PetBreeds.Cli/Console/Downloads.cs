using System.CommandLine;
using PetBreeds.Runtime.Downloads;

namespace PetBreeds.Cli.Console;

/// <summary>Says what must be downloaded, asks, and does it. Nothing is downloaded that nobody agreed to.</summary>
internal static class Downloads
{
    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Download what is missing without asking." };

    /// <summary>Downloads what a command cannot do without, if the user agrees.</summary>
    /// <exception cref="UserException">The user does not, or cannot be asked, or a download failed.</exception>
    public static void Ensure(IReadOnlyList<DownloadPlan> plans, bool yes, CancellationToken cancel)
    {
        var wanted = plans.Where(plan => plan.Files.Count > 0).ToArray(); // the rest needs no network
        if (wanted.Length > 0 && !yes && !Agreed(wanted, cancel))
            throw Refused(wanted);
        if (yes)
            Announce(wanted);
        Run(plans, cancel);
    }

    /// <summary>Downloads what a command was told to download.</summary>
    /// <exception cref="UserException">A download failed.</exception>
    public static void Get(DownloadPlan plan, CancellationToken cancel)
    {
        Announce([plan]);
        Run([plan], cancel);
    }

    private static void Run(IReadOnlyList<DownloadPlan> plans, CancellationToken cancel)
    {
        using var interrupted = cancel.Register(() => Terminal.Note("What has come is kept: the same command goes on from there."));
        foreach (var plan in plans)
        {
            ProgressBar.Run("downloading", bar =>
            {
                plan.Get(new Direct<DownloadProgress>(Shower(bar)), cancel).GetAwaiter().GetResult();
                return plan;
            });
        }
    }

    private static bool Agreed(IReadOnlyList<DownloadPlan> plans, CancellationToken cancel)
    {
        if (System.Console.IsInputRedirected || System.Console.IsErrorRedirected)
            return false;
        Announce(plans);
        System.Console.Error.Write($"Download {Size(plans)}? [y/N] ");
        var answer = Task.Run(System.Console.ReadLine, CancellationToken.None);
        answer.Wait(cancel); // reading a line cannot be interrupted; waiting for it can
        return answer.Result?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static UserException Refused(DownloadPlan[] plans)
    {
        var them = plans.Length == 1 ? "it" : "them";
        return new UserException($"{string.Join(" and ", plans.Select(plan => plan.What))} must be downloaded first ({Size(plans)})", null,
            $"Use --yes to download {them}, or {string.Join("; or ", plans.Select(plan => plan.Instead))}. Without a network, "
            + $"{string.Join(", ", plans.SelectMany(plan => plan.Files).Select(file => file.ByHand))}.")
        {
            Next = plans.Select(plan => plan.Next).FirstOrDefault(step => step is not null),
        };
    }

    private static void Announce(IReadOnlyList<DownloadPlan> plans)
    {
        foreach (var plan in plans)
        {
            Terminal.Note($"{plan.What}:");
            foreach (var file in plan.Files)
                Terminal.Note($"  {file.Url} ({Size(file)}) to {file.Path}");
            if (plan is { Files.Count: > 0, Mirror: { } mirror })
                Terminal.Note($"  or, if that cannot be had, {mirror.Url} ({Size(mirror)})");
        }
    }

    private static string Size(RemoteFile file) => file.About is { } bytes ? Terminal.Bytes(bytes) : "size unknown";

    private static string Size(IEnumerable<DownloadPlan> plans)
    {
        var sizes = plans.SelectMany(plan => plan.Files).Select(file => file.About).ToArray();
        var known = Terminal.Bytes(sizes.Sum() ?? 0);
        return sizes.All(size => size is not null) ? known : sizes.All(size => size is null) ? "of unknown size" : $"{known} and more";
    }

    private static Action<DownloadProgress> Shower(ProgressBar bar)
    {
        var note = "";
        return progress =>
        {
            if (!Terminal.IsLive && progress.Note.Length > 0 && progress.Note != note)
                Terminal.Note($"{progress.Name}: {progress.Note}");
            note = progress.Note;
            var amount = progress.Total is { } total ? $"{Terminal.Bytes(progress.Done)} of {Terminal.Bytes(total)}" : Terminal.Bytes(progress.Done);
            var doing = note.Length > 0 ? note : $"{amount}, {Terminal.Bytes((long)progress.BytesPerSecond)}/s";
            bar.Report(progress.Done, progress.Total ?? 0, $"{progress.Name} · {doing}", progress.Left);
        };
    }
}
