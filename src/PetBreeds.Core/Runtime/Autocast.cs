using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// A region in which libtorch computes convolutions and matrix products in half precision and everything else in the type of its inputs:
/// PyTorch's <c>torch.autocast</c>, with PyTorch's own lists of operators. It only applies to the current thread. Trainable weights are
/// converted once per region, because the conversion cache is cleared at the end of the outermost region. Forward passes belong inside,
/// backward passes outside.
/// </summary>
/// <remarks>TorchSharp has no API for it; this makes the same calls in the same order as torch/amp/autocast_mode.py.</remarks>
internal readonly unsafe ref struct Autocast
{
    private static readonly delegate* unmanaged<sbyte, byte> IsEnabled = (delegate* unmanaged<sbyte, byte>)TorchRuntime.Export(
        "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "?is_autocast_enabled@autocast@at@@YA_NW4DeviceType@c10@@@Z");

    private static readonly delegate* unmanaged<sbyte, byte, void> SetEnabled = (delegate* unmanaged<sbyte, byte, void>)TorchRuntime.Export(
        "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z");

    private static readonly delegate* unmanaged<sbyte, sbyte> GetDtype = (delegate* unmanaged<sbyte, sbyte>)TorchRuntime.Export(
        "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE",
        "?get_autocast_dtype@autocast@at@@YA?AW4ScalarType@c10@@W4DeviceType@4@@Z");

    private static readonly delegate* unmanaged<sbyte, sbyte, void> SetDtype = (delegate* unmanaged<sbyte, sbyte, void>)TorchRuntime.Export(
        "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
        "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z");

    private static readonly delegate* unmanaged<int> IncrementNesting = (delegate* unmanaged<int>)TorchRuntime.Export(
        "_ZN2at8autocast17increment_nestingEv", "?increment_nesting@autocast@at@@YAHXZ");

    private static readonly delegate* unmanaged<int> DecrementNesting = (delegate* unmanaged<int>)TorchRuntime.Export(
        "_ZN2at8autocast17decrement_nestingEv", "?decrement_nesting@autocast@at@@YAHXZ");

    private static readonly delegate* unmanaged<void> ClearCache = (delegate* unmanaged<void>)TorchRuntime.Export(
        "_ZN2at8autocast11clear_cacheEv", "?clear_cache@autocast@at@@YAXXZ");

    private readonly bool _active;
    private readonly sbyte _device;
    private readonly byte _enabledBefore;
    private readonly sbyte _typeBefore;

    private Autocast(DeviceType device, ScalarType? type)
    {
        (_active, _device) = (true, (sbyte)device);
        (_enabledBefore, _typeBefore) = (IsEnabled(_device), GetDtype(_device));
        SetEnabled(_device, (byte)(type is null ? 0 : 1));
        if (type is { } half)
            SetDtype(_device, (sbyte)half);
        _ = IncrementNesting();
    }

    /// <summary>Starts a region; dispose it on the same thread. With <see cref="Precision.Float32"/>, it has no effect.</summary>
    public static Autocast Enter(Device device, Precision precision) => precision switch
    {
        Precision.BFloat16 => new Autocast(device.type, ScalarType.BFloat16),
        Precision.Float16 => new Autocast(device.type, ScalarType.Float16),
        _ => default,
    };

    /// <summary>Starts a region in which nothing is converted, even inside another region; dispose it on the same thread.</summary>
    public static Autocast Pause(Device device) => new(device.type, null);

    /// <summary>Ends the region.</summary>
    public void Dispose()
    {
        if (!_active)
            return;
        if (DecrementNesting() == 0)
            ClearCache();
        SetEnabled(_device, _enabledBefore);
        SetDtype(_device, _typeBefore);
    }
}
