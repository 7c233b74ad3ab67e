using PetBreeds.Runtime;

namespace PetBreeds.Distributed;

/// <summary>
/// Work on a list of items that the ranks take in turns. Rank 0 hands the items out and gets all results; meanwhile the others
/// <see cref="Follow"/>. Items and results travel as JSON.
/// </summary>
/// <param name="group">The ranks; one alone does all the work.</param>
/// <param name="work">Does the work on one item.</param>
internal sealed class SharedWork<TItem, TResult>(IProcessGroup group, Func<TItem, TResult> work)
{
    /// <summary>The result of each item, in order; for rank 0. One item per rank is taken at once.</summary>
    public IEnumerable<TResult> Results(IEnumerable<TItem> items) =>
        group.Size == 1 ? items.Select(work) : items.Chunk(group.Size).SelectMany(round => Round(round).Select(JsonFile.Parse<TResult>));

    /// <summary>Works on what rank 0 hands out, until it calls <see cref="Release"/>; for the other ranks.</summary>
    public void Follow()
    {
        while (Round([]).Length > 0)
        {
        }
    }

    /// <summary>Lets the other ranks go; for rank 0, when there is nothing left to do.</summary>
    public void Release() => Round([]);

    /// <summary>Each rank works on one item, if there are enough.</summary>
    /// <param name="items">Those of rank 0 count.</param>
    /// <returns>The results of this round; none for no items.</returns>
    private byte[][] Round(TItem[] items)
    {
        var handedOut = group.FromFirst(() => items);
        if (handedOut.Length == 0)
            return [];
        var results = group.Gather(group.Rank < handedOut.Length ? JsonFile.Bytes(work(handedOut[group.Rank])) : []);
        return results[..handedOut.Length];
    }
}
