using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Pixels;

/// <summary>
/// While an instance exists, torch runs each operation on the calling thread: presizing uses one thread per photo, and OpenMP threads would
/// only spin beside them. The setting applies to the whole process, so overlapping uses are counted, and the last one restores it.
/// </summary>
internal sealed class SingleThreadedTorch : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _users;
    private static int _before;

    public SingleThreadedTorch()
    {
        TorchRuntime.EnsureLoaded();
        lock (Gate)
        {
            if (_users++ > 0)
                return;
            _before = torch.get_num_threads();
            torch.set_num_threads(1);
        }
    }

    public void Dispose()
    {
        lock (Gate)
            if (--_users == 0)
                torch.set_num_threads(_before);
    }
}
