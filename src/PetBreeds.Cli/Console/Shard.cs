using System.Globalization;

namespace PetBreeds.Cli.Console;

/// <summary>A part of a list that one of several independent jobs takes: every <paramref name="Count"/>-th entry.</summary>
/// <param name="Index">The first entry; counted from 1, like the tasks of a job array.</param>
/// <param name="Count">Number of shards.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>Reads "2/4"; null is the whole list.</summary>
    /// <exception cref="UserException">It is something else.</exception>
    public static Shard Parse(string? text)
    {
        if (text is null)
            return new(1, 1);
        return text.Split('/') is [var first, var second] && Number(first) is { } index && Number(second) is { } count && index <= count
            ? new(index, count)
            : throw new UserException($"'{text}' is not a shard", "--shard",
                "Use I/N with I from 1 to N, such as 1/4 for the first of four.");
    }

    /// <summary>The entries of this shard, in order.</summary>
    public T[] Of<T>(IEnumerable<T> list)
    {
        var (index, count) = this;
        return [.. list.Where((_, i) => i % count == index - 1)];
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
