using PetBreeds.Runtime;

namespace PetBreeds.Catalog.Files;

/// <summary>
/// Walks through a folder and its subfolders. Hidden folders, those of other programs and this program's own are skipped, but never the
/// root folder, which the user has named explicitly.
/// </summary>
internal sealed class FolderWalk
{
    public const string NameNotText = "with a name that is not UTF-8";
    public const string FolderNameNotText = "a folder with a name that is not UTF-8";

    public const string LinkToNothing = "a broken link";

    private const string Hidden = "hidden";
    private const string LeftBy = "left by ";
    private const FileAttributes NotThere = (FileAttributes)(-1);

    private readonly List<PhotoFile> files = [];
    private readonly HashSet<string> parents;
    private readonly PassedOverTally passedOver;

    private FolderWalk(string root, PassedOverTally passedOver) => (parents, this.passedOver) = ([RealPath.Of(root)], passedOver);

    /// <summary>All files that are not skipped, in no particular order.</summary>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a folder is denied.</exception>
    public static List<PhotoFile> Files(string root, PassedOverTally passedOver)
    {
        var walk = new FolderWalk(root, passedOver);
        walk.Through(Entries(new DirectoryInfo(root)), "");
        return walk.files;
    }

    /// <summary>Whether a reason says that something belongs to other programs or the system.</summary>
    public static bool IsOfOthers(string reason) => reason == Hidden || reason.StartsWith(LeftBy, StringComparison.Ordinal);

    private static FileSystemInfo[] Entries(DirectoryInfo folder) =>
        [.. folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal)];

    private void Through(FileSystemInfo[] entries, string prefix)
    {
        foreach (var entry in entries)
        {
            var name = prefix + entry.Name;
            if (WhyNot(entry) is { } reason)
            {
                passedOver.Add(reason, name);
                if (reason == LinkToNothing)
                    passedOver.Folders.Add(name); // perhaps on a disk that is not mounted now
            }
            else if (entry is DirectoryInfo child)
                Enter(child, name);
            else
                files.Add(new PhotoFile(entry.FullName, name));
        }
    }

    /// <summary>Why an entry is skipped because of its name; null if it is not.</summary>
    public static string? WhyNot(FileSystemInfo entry)
    {
        if (IsLinkToNothing(entry))
            return LinkToNothing;
        if (entry.Attributes == NotThere) // all flags are set, Hidden among them
            // .NET returns � for bytes of a name that are not UTF-8, and then cannot find the file.
            return !entry.Name.Contains(TextFile.Lost) ? PhotoFiles.Unreadable : entry is DirectoryInfo ? FolderNameNotText : NameNotText;
        if (entry.Name.StartsWith('.'))
            return Hidden;
        if (OtherPrograms.ByName(entry.Name) is { } program)
            return LeftBy + program;
        return entry.Attributes.HasFlag(FileAttributes.Hidden) ? Hidden : null;
    }

    /// <summary>
    /// Whether it is a link whose target is missing. Without an extension, it may have led to a folder; a link to a photo counts as an
    /// unreadable photo.
    /// </summary>
    private static bool IsLinkToNothing(FileSystemInfo entry) =>
        entry.LinkTarget is { } target && Path.GetExtension(entry.Name).Length == 0
            && !Path.Exists(Path.Combine(Path.GetDirectoryName(entry.FullName)!, target));

    /// <summary>Symbolic links are followed, except those back to a folder that contains the link, which would never end.</summary>
    private void Enter(DirectoryInfo folder, string name)
    {
        var real = RealPath.Of(folder.FullName);
        if (!parents.Add(real))
        {
            passedOver.Add("link back to a parent folder", name);
            return;
        }
        var entries = Entries(folder);
        if (WhatItIs(folder.FullName, real, entries) is { } reason)
            passedOver.Add(reason, name);
        else
        {
            passedOver.Folders.Add(name);
            Through(entries, name + "/");
        }
        parents.Remove(real);
    }

    private static string? WhatItIs(string folder, string real, FileSystemInfo[] entries)
    {
        var names = entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        return OwnOutput.IsCache(real) ? OwnOutput.Cache
            : OwnOutput.IsRun(names) ? OwnOutput.Run
            : OtherPrograms.ByContent(folder, names);
    }
}
