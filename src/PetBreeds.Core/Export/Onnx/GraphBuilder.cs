using System.Runtime.InteropServices;
using Google.Protobuf;
using Onnx;
using static Onnx.TensorProto.Types;
using Attribute = Onnx.AttributeProto;

namespace PetBreeds.Export.Onnx;

/// <summary>Builds an ONNX graph node by node. Values go by their names: each method returns the name of what it adds.</summary>
/// <param name="name">Of the graph.</param>
/// <param name="half">Whether the network's weights are float16, and so what is computed with them.</param>
internal sealed class GraphBuilder(string name, bool half = false)
{
    private readonly Dictionary<string, string> _constants = [];

    /// <summary>The graph so far.</summary>
    public GraphProto Graph { get; } = new() { Name = name };

    /// <summary>Adds an operator with one output.</summary>
    /// <param name="op">One of opset 18.</param>
    /// <param name="inputs">Names of values; empty for an optional one that is left out.</param>
    /// <param name="output">The name of its output; null for one of its own.</param>
    /// <param name="attributes">Values are numbers, texts or lists of integers.</param>
    public string Add(string op, string[] inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        output ??= $"{op}_{Graph.Node.Count}";
        var node = new NodeProto { OpType = op, Name = $"node_{output}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        foreach (var (attribute, value) in attributes)
            node.Attribute.Add(AttributeOf(attribute, value));
        Graph.Node.Add(node);
        return output;
    }

    /// <summary>Adds an operator without attributes.</summary>
    public string Add(string op, params string[] inputs) => Add(op, inputs, null);

    /// <summary>Adds weights of the network.</summary>
    public string Weights(string name, float[] values, params ReadOnlySpan<long> shape) => half
        ? Initializer(name, DataType.Float16, MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)), shape)
        : Table(name, values, shape);

    /// <summary>Adds a float32 constant that is large.</summary>
    public string Table(string name, float[] values, params ReadOnlySpan<long> shape) => Table(name, DataType.Float, values, shape);

    /// <summary>Adds a constant of any type.</summary>
    public string Table<T>(string name, DataType type, T[] values, params ReadOnlySpan<long> shape) where T : unmanaged =>
        Initializer(name, type, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>A number that the network computes with.</summary>
    public string Number(float value) => half
        ? Constant($"h{value}", DataType.Float16, MemoryMarshal.AsBytes<Half>(new[] { (Half)value }), [])
        : Floats([value]);

    /// <summary>From float32 to what the network computes in.</summary>
    public string Enter(string value) => half ? Add("Cast", [value], null, ("to", (int)DataType.Float16)) : value;

    /// <summary>From what the network computes in to float32, under a name.</summary>
    public string Leave(string value, string output) => half
        ? Add("Cast", [value], output, ("to", (int)DataType.Float))
        : Add("Identity", [value], output);

    /// <summary>A float32 constant: a scalar, or of a shape.</summary>
    public string Floats(float[] values, params ReadOnlySpan<long> shape) => Constant(
        $"f{string.Join(',', values)}{string.Join('x', shape.ToArray())}", DataType.Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>A one-dimensional int64 constant.</summary>
    public string Integers(params long[] values) =>
        Constant($"i{string.Join(',', values)}", DataType.Int64, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>Declares an input.</summary>
    /// <param name="name">Of the value.</param>
    /// <param name="type">Of its elements.</param>
    /// <param name="shape">Lengths, and names of lengths that are not fixed.</param>
    public string Input(string name, DataType type, params object[] shape)
    {
        Graph.Input.Add(ValueOf(name, type, shape));
        return name;
    }

    /// <summary>Declares a float32 output.</summary>
    public void Output(string name, params object[] shape) => Graph.Output.Add(ValueOf(name, DataType.Float, shape));

    private string Constant(string key, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape) =>
        _constants.TryGetValue(key, out var known)
            ? known
            : _constants[key] = Initializer($"constant_{_constants.Count}", type, bytes, shape);

    private string Initializer(string name, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        // Little-endian, as all machines are that .NET and libtorch run on.
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape.ToArray());
        Graph.Initializer.Add(tensor);
        return name;
    }

    private static Attribute AttributeOf(string name, object value)
    {
        var attribute = new Attribute { Name = name };
        switch (value)
        {
            case int number:
                (attribute.Type, attribute.I) = (Attribute.Types.AttributeType.Int, number);
                break;
            case float number:
                (attribute.Type, attribute.F) = (Attribute.Types.AttributeType.Float, number);
                break;
            case string text:
                (attribute.Type, attribute.S) = (Attribute.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                attribute.Type = Attribute.Types.AttributeType.Ints;
                attribute.Ints.AddRange(numbers);
                break;
            default:
                throw new ArgumentException($"{name}: a {value.GetType().Name} is no attribute", nameof(value));
        }
        return attribute;
    }

    private static ValueInfoProto ValueOf(string name, DataType type, object[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (var length in shape)
            tensor.Shape.Dim.Add(length is string free
                ? new TensorShapeProto.Types.Dimension { DimParam = free }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(length, null) });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
