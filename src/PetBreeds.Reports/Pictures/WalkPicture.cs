using PetBreeds.Batches.Walkthrough;

namespace PetBreeds.Reports.Pictures;

/// <summary>The steps from a photo to the network's input as one strip of pictures.</summary>
internal static class WalkPicture
{
    private const byte Blank = 235;
    private const int LineLength = 32; // characters that fit under a picture

    /// <summary>Draws each step that has something to show; a failed step is blank, with the reason below.</summary>
    /// <param name="path">The picture's file (.png or .jpg).</param>
    /// <param name="steps">The steps of one photo.</param>
    /// <param name="title">A line above.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyList<WalkStep> steps, string title)
    {
        var cells = steps.Select((step, i) => Cell(step, i + 1)).OfType<PhotoCell>().ToArray();
        PhotoGrid.Save(path, cells, Math.Max(1, cells.Length), cellSize: 200, title);
    }

    private static PhotoCell? Cell(WalkStep step, int number)
    {
        if (step.Failure is { } failure)
            return new PhotoCell(1, 1, [Blank, Blank, Blank], [$"{number} {step.Name} failed", .. Lines(failure.Problem)])
            {
                CaptionColor = PhotoCell.Wrong,
            };
        string[] caption = [$"{number} {step.Name}", $"{step.Out}", $"{step.Out?.Range}", .. Lines(step.Did)];
        return step.Picture is { } picture
            ? new PhotoCell(picture.Width, picture.Height, picture.Pixels, caption) { Outline = step.Taken }
            : null;
    }

    /// <summary>Breaks a text at spaces into lines that fit under a picture.</summary>
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
        {
            if (lines.Count > 0 && lines[^1].Length + word.Length < LineLength)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }
        return lines;
    }
}
