using static TorchSharp.torch;

namespace PetBreeds.Models.Weights;

// What a pickle may contain. Plain values are .NET types: null, bool, long, double, string, byte[], BigInteger; a tuple is object?[], a
// list or a set is List<object?>.

/// <summary>A dict or an OrderedDict: its items in the order they were set; for a key set twice, the last value counts.</summary>
internal class PickleDict
{
    public List<(object? Key, object? Value)> Items { get; } = [];

    /// <summary>The value of a string key; null if it is absent or None.</summary>
    public object? this[string key] => Items.FindLast(item => item.Key is string text && text == key).Value;
}

/// <summary>
/// An object of another class (a counter, a numpy array, a namespace of options). It is not created: only the name of its type is kept, and
/// its items if it is a dict, because weights may be stored in a dict of any class.
/// </summary>
internal sealed class PickleObject(string type) : PickleDict
{
    public string Type { get; } = type;
}

/// <summary>The memory behind one or more tensors, or a legacy view of part of it.</summary>
/// <param name="Key">Identifies the memory in the file.</param>
/// <param name="DType">Element type.</param>
/// <param name="Count">Number of elements in the whole memory.</param>
/// <param name="First">Index of the view's first element.</param>
/// <param name="Length">Number of elements in the view.</param>
internal sealed record PickleStorage(string Key, ScalarType DType, long Count, long First, long Length);

/// <summary>
/// A tensor: elements of a storage. So far, only the types of its shape and strides have been checked: they are boxed longs.
/// </summary>
internal sealed record PickleTensor(PickleStorage Storage, long First, object?[] Shape, object?[] Strides);
