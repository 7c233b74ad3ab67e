using Microsoft.ML.OnnxRuntime;

namespace PetBreeds.Models.Onnx;

/// <summary>Opens ONNX files with ONNX Runtime.</summary>
internal static class OnnxSession
{
    /// <summary>A session on the CPU whose threads sleep while they have nothing to do.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <exception cref="UserException">It is missing, or ONNX Runtime cannot run it.</exception>
    public static InferenceSession Open(string path)
    {
        if (!File.Exists(path))
            throw new UserException("there is no such file", path, "Check the path.");
        using var options = Options();
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new UserException($"ONNX Runtime cannot open this model: {e.Message}", path, "Export it again or restore a copy.", e);
        }
    }

    /// <summary>The same for a file in memory that this program made.</summary>
    public static InferenceSession Open(byte[] file)
    {
        using var options = Options();
        return new InferenceSession(file, options);
    }

    private static SessionOptions Options()
    {
        var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.x64quantprecision", "1"); // else int8 overflows 16 bits on processors without VNNI
        return options;
    }
}
