using Microsoft.Extensions.Hosting;

namespace PetBreeds.Cli.Web;

/// <summary>The command line sees to Ctrl-C and the like: the host's own handlers would take them from it.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
