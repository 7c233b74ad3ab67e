namespace PetBreeds.Distributed;

/// <summary>Starts the group to which this process belongs.</summary>
internal static class ProcessGroup
{
    private static readonly Lock Gate = new();
    private static IProcessGroup? _started;

    /// <summary>
    /// The same group at every call: <see cref="SingleProcess"/> unless a launcher has started this process together with others, which are
    /// then connected by MPI.
    /// </summary>
    /// <param name="lost">
    /// Receives one line, which starts with "error: ", when a rank no longer answers, on a thread of its own; then the job ends. Only that
    /// of the first call counts.
    /// </param>
    /// <exception cref="UserException">There is no usable MPI library, or it does not connect the processes.</exception>
    public static IProcessGroup Start(Action<string>? lost = null)
    {
        lock (Gate)
            return _started ??= Start(Launcher.ReadEnvironment(), lost);
    }

    private static IProcessGroup Start(Dictionary<string, string> environment, Action<string>? lost)
    {
        if (Launcher.Find(environment) is not { Tasks: not 1 } launcher)
            return SingleProcess.Instance;
        var timeout = Heartbeat.Timeout(environment);
        using var handlers = new SignalHandlers();
        return new MpiGroup(MpiLibrary.Load(launcher.Kind, environment), launcher.Tasks, timeout, lost);
    }
}
