using System.Runtime.InteropServices;

namespace PetBreeds.Evaluation;

/// <summary>Network outputs in a temporary file: written once, read back in order, deleted on disposal.</summary>
/// <param name="classes">Number of logits.</param>
/// <param name="features">Number of features.</param>
internal sealed class AnswerFile(int classes, int features) : IDisposable
{
    private readonly FileStream _file =
        new(Path.Combine(Path.GetTempPath(), $"petbreeds-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite,
        FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);

    private readonly List<(string Path, UserException Error, int Place)> _errors = []; // few photos cannot be read
    private int _count;

    /// <summary>Adds an answer; its augmented outputs are not kept.</summary>
    /// <exception cref="UserException">The disk is full.</exception>
    public void Write(NetworkAnswer answer)
    {
        try
        {
            if (answer.Error is { } error)
                _errors.Add((answer.Path, error, _count));
            else
            {
                _file.Write(MemoryMarshal.AsBytes<float>(answer.Logits));
                _file.Write(MemoryMarshal.AsBytes<float>(answer.Features));
            }
            _count++;
        }
        catch (IOException e)
        {
            throw new UserException($"a temporary file cannot be written: {e.Message}", Path.GetTempPath(),
                "Free some space, or set TMPDIR to another folder.", e);
        }
    }

    /// <summary>Reads all answers, in order. Paths are not kept, except those of errors.</summary>
    public IEnumerable<NetworkAnswer> Read()
    {
        _file.Position = 0;
        var failed = 0;
        for (var i = 0; i < _count; i++)
        {
            if (failed < _errors.Count && _errors[failed].Place == i)
                yield return new NetworkAnswer(_errors[failed].Path, [], [], _errors[failed++].Error);
            else
                yield return new NetworkAnswer("", Row(classes), [], null) { Features = Row(features) };
        }
    }

    public void Dispose() => _file.Dispose();

    private float[] Row(int length)
    {
        var row = new float[length];
        _file.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
        return row;
    }
}
