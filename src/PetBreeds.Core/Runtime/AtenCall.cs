using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// A call of an ATen operator that TorchSharp does not wrap. All arguments, including those with defaults, must be added in the order of
/// the operator's schema (aten/src/ATen/native/native_functions.yaml), with exactly the schema's types, because libtorch cannot check them.
/// </summary>
/// <param name="name">
/// The operator's name, such as "aten::_fused_adamw_"; it must exist in libtorch <see cref="TorchRuntime.RequiredVersion"/>.
/// </param>
/// <param name="overload">The overload, such as "tensor_lr"; empty for the default one.</param>
internal sealed unsafe class AtenCall(string name, string overload = "") : IDisposable
{
    private const int MostArguments = 16;

    private readonly ulong[] _stack = new ulong[MostArguments];
    private readonly Kind[] _kinds = new Kind[MostArguments];
    private int _count;

    private enum Kind
    {
        Plain,
        Tensor,
        Tensors,
        OptionalTensor,
    }

    /// <summary>Adds a <c>Tensor</c>.</summary>
    public AtenCall Add(Tensor tensor) => Push(NewHandle(tensor), Kind.Tensor);

    /// <summary>Adds a <c>Tensor?</c>.</summary>
    public AtenCall AddOptional(Tensor? tensor)
    {
        if (tensor is null)
            return Push(0, Kind.Plain);
        var cell = (ulong*)NativeMemory.Alloc(sizeof(ulong)); // libtorch frees it with C++'s delete, which is free() on all three platforms
        *cell = 0;
        Push((ulong)cell, Kind.OptionalTensor);
        *cell = NewHandle(tensor);
        return this;
    }

    /// <summary>Adds a <c>Tensor[]</c>.</summary>
    public AtenCall Add(IReadOnlyList<Tensor> tensors)
    {
        nint list;
        Check(LibTorch.NewList((nuint)tensors.Count, &list));
        Push((ulong)list, Kind.Tensors);
        for (var i = 0; i < tensors.Count; i++)
            Check(LibTorch.ListPush(list, NewHandle(tensors[i])));
        return this;
    }

    /// <summary>Adds a <c>float</c>, which is a double in schemas.</summary>
    public AtenCall Add(double value) => Push(BitConverter.DoubleToUInt64Bits(value), Kind.Plain);

    /// <summary>Adds an <c>int</c>, which has 64 bits in schemas.</summary>
    public AtenCall Add(long value) => Push((ulong)value, Kind.Plain);

    /// <summary>Adds a <c>bool</c>.</summary>
    public AtenCall Add(bool value) => Push(value ? 1UL : 0UL, Kind.Plain);

    /// <summary>Calls the operator and discards its results; an in-place operator returns its first argument.</summary>
    /// <param name="returned">Number of tensors that the schema returns.</param>
    /// <exception cref="InvalidOperationException">The call failed; libtorch has written the reason to standard error.</exception>
    public void Run(int returned = 0)
    {
        int failed;
        fixed (byte* operatorName = Encoding.UTF8.GetBytes(name + "\0"), overloadName = Encoding.UTF8.GetBytes(overload + "\0"))
        fixed (ulong* stack = _stack)
            failed = LibTorch.CallDispatcher(operatorName, overloadName, stack);
        _count = 0; // libtorch owns the arguments now, even if the call failed
        Check(failed);
        for (var i = 0; i < returned; i++)
            Check(LibTorch.DeleteTensorHandle((nint)_stack[i]));
    }

    /// <summary>Frees the arguments of a call that was not made.</summary>
    public void Dispose()
    {
        while (_count > 0)
            Free(_stack[--_count], _kinds[_count]);
    }

    private AtenCall Push(ulong value, Kind kind)
    {
        (_stack[_count], _kinds[_count]) = (value, kind);
        _count++;
        return this;
    }

    private ulong NewHandle(Tensor tensor)
    {
        nint handle;
        Check(LibTorch.NewTensorHandle(tensor.Handle, &handle));
        GC.KeepAlive(tensor);
        return (ulong)handle;
    }

    private void Check(int failed)
    {
        if (failed != 0)
            throw new InvalidOperationException($"libtorch failed at {name}; its message is on standard error");
    }

    private static void Free(ulong value, Kind kind)
    {
        switch (kind)
        {
            case Kind.Tensor when value != 0:
                _ = LibTorch.DeleteTensorHandle((nint)value);
                break;
            case Kind.OptionalTensor:
                Free(*(ulong*)value, Kind.Tensor);
                NativeMemory.Free((void*)value);
                break;
            case Kind.Tensors:
                FreeList((nint)value);
                break;
        }
    }

    private static void FreeList(nint list)
    {
        nuint length;
        ulong element;
        _ = LibTorch.ListLength(list, &length);
        for (nuint i = 0; i < length; i++)
        {
            if (LibTorch.ListItem(list, i, &element) == 0)
                _ = LibTorch.DeleteTensorHandle((nint)element);
        }
        _ = LibTorch.DeleteList(list);
    }
}
