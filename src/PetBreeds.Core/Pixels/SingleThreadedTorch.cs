using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Pixels;

/// <summary>
/// While one of these lives, torch computes each operation on the calling thread: presizing runs one photo a thread, and OpenMP's threads
/// would spin beside them. torch's setting is of the whole process, so overlapping uses are counted and the last one restores it.
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
