using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

// What a pickle may hold. Plain values are .NET's own: null, bool, long, double, string, byte[], BigInteger;
// a tuple is object?[], a list or a set is List<object?>.

/// <summary>A dict or an OrderedDict: its items in the order they were set; a key set twice counts the last time.</summary>
internal class PickleDict
{
    public List<(object? Key, object? Value)> Items { get; } = [];

    /// <summary>The value of a text key; null where it is absent or None.</summary>
    public object? this[string key] => Items.FindLast(item => item.Key is string text && text == key).Value;
}

/// <summary>
/// An object of another class (a counter, a numpy array, a namespace of options). It is not made: its type's name is kept, and its items
/// where it is a dict, because weights may be kept in a dict of any class.
/// </summary>
internal sealed class PickleObject(string type) : PickleDict
{
    public string Type { get; } = type;
}

/// <summary>The memory behind one or more tensors, or a legacy view of a part of it.</summary>
/// <param name="Key">Names the memory in the file.</param>
/// <param name="DType">Element type.</param>
/// <param name="Count">Elements of the whole memory.</param>
/// <param name="First">First element of the view.</param>
/// <param name="Length">Elements of the view.</param>
internal sealed record PickleStorage(string Key, ScalarType DType, long Count, long First, long Length);

/// <summary>A tensor: which elements of which storage. Only the types of its numbers are checked yet: they are boxed longs.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long First, object?[] Shape, object?[] Strides);
