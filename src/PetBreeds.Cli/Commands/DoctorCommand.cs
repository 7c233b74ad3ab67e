using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using PetBreeds.Cli.Console;
using PetBreeds.Pixels.Decoding;
using PetBreeds.Runtime;
using TorchSharp;

namespace PetBreeds.Cli.Commands;

internal static class DoctorCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print the findings as JSON." };

    public static Command Create()
    {
        var command = new Command("doctor", "Show what was found on this machine: libtorch, devices, processor, cache.") { Json };
        command.Show("petbreeds doctor", "PETBREEDS_LIBTORCH=/opt/libtorch petbreeds doctor");
        command.Does(Run, together: true);
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancel)
    {
        var group = Ranks.Start();
        var findings = Findings();
        string[] ranks = [.. group.Gather(Encoding.UTF8.GetBytes(Self())).Select(Encoding.UTF8.GetString)];
        if (group.Size > 1)
            findings.AddRange([("ranks", group.Description), .. ranks.Select((rank, i) => ($"rank {i}", rank))]);
        if (parsed.GetValue(Json))
        {
            Terminal.Json(findings.ToDictionary(finding => finding.Name, finding => finding.Value));
        }
        else
        {
            foreach (var (name, value) in findings)
                Terminal.Result($"{name,-12} {value}");
        }
        return ExitCode.Done;
    }

    private static List<(string Name, string Value)> Findings()
    {
        var library = TorchRuntime.EnsureLoaded(); // a UserException says what to install
        TorchSelfTest.Run(library.Folder);
        var cpu = CpuFeatures.Detect();
        var patched = library.Patched ? ", with TorchSharp's libstdc++ version check relaxed for this system" : "";
        return
        [
            ("petbreeds", ProgramVersion.Number),
            ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
                + RuntimeInformation.FrameworkDescription),
            ("libtorch", $"{library.Version} from {Source(library)}{patched}; self-test passed"),
            ("devices", string.Join(", ", Devices.All())),
            ("processor", $"{Environment.ProcessorCount} cores, {cpu.VectorUnits}; torch uses {torch.get_num_threads()} threads"),
            ("precision", $"on the CPU, bfloat16 is {Speed(cpu.FastBFloat16)}, float16 is {Speed(cpu.FastFloat16)}"),
            ("auto uses", string.Join("; ", Devices.All().Select(device => Compute.Choose(Devices.Resolve(device), null).ToString()))),
            ("decoder", PhotoDecoder.Description),
            ("cache", $"{CacheFolder.Root} ({ByteCount.Text(Size(CacheFolder.Root))})"),
        ];
    }

    /// <summary>This process, among the ranks of a job.</summary>
    private static string Self() =>
        $"{Environment.MachineName}, {Devices.Resolve(default, Ranks.Group.LocalRank)}, threads: {torch.get_num_threads()}";

    private static string Source(TorchLibrary library) =>
        library.Source == "package" ? $"its NuGet package, {library.Folder}" : $"{library.Source}, {library.Folder}";

    private static string Speed(bool fast) => fast ? "fast" : "slow (use float32)";

    private static long Size(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
        : 0;
}
