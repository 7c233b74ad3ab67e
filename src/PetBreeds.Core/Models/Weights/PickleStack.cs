namespace PetBreeds.Models.Weights;

/// <summary>The memory of the pickle machine: a stack with marks, and memoised values that can be recalled by number.</summary>
internal sealed class PickleStack(MappedFile file)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _kept = [];

    // Values below the last mark are inaccessible until the mark is popped.
    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    public void Mark() => _marks.Add(_values.Count);

    public void Push(object? value) => _values.Add(value);

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw file.Damaged("pops from an empty stack");

    public object? Pop() => PopLast(1)[0];

    public object?[] PopLast(int count) =>
        _values.Count - Floor >= count ? Cut(_values.Count - count) : throw file.Damaged("pops from an empty stack");

    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw file.Damaged("lacks a mark on its stack");
        var from = Floor;
        _marks.RemoveAt(_marks.Count - 1);
        return Cut(from);
    }

    public void Keep(uint key) => _kept[key] = Peek();

    public void KeepNext() => Keep((uint)_kept.Count);

    public void Recall(uint key) =>
        Push(_kept.TryGetValue(key, out var value) ? value : throw file.Damaged($"recalls the value {key}, which it never stored"));

    public void Extend(object?[] values)
    {
        if (Peek() is List<object?> list)
            list.AddRange(values);
        else if (Peek() is not PickleObject) // a list of another class, which contains no weights
            throw file.Damaged("appends to an object that is not a list");
    }

    public void SetItems(object?[] items)
    {
        if (Peek() is not PickleDict dict || items.Length % 2 != 0)
            throw file.Damaged("sets items of an object that is not a dict");
        for (var i = 0; i < items.Length; i += 2)
            dict.Items.Add((items[i], items[i + 1]));
    }

    private object?[] Cut(int from)
    {
        var values = new object?[_values.Count - from];
        _values.CopyTo(from, values, 0, values.Length);
        _values.RemoveRange(from, values.Length);
        return values;
    }
}
