"""What ranks cost on one machine: one process with all cores against as many ranks of one core each, in turns, at the same batch.

    scripts/petbreeds --version && python3 scripts/benchmarks/ranks.py --labels oxford13.csv --weights resnet18.pth --turns 3

Photos per second are those of the second epoch of a training in float32 of all layers, norms learning. OMP_NUM_THREADS gives each rank its
share of the cores; ranks are not bound to them (--bind-to core does that). Which of the two comes first changes from turn to turn. Needs
Open MPI. The machine should be idle.
"""
import argparse
import csv
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "artifacts/bin/PetBreeds.Cli/release/petbreeds"


def rate(ranks, cores, given, folder):
    """Photos per second, and the last validation loss."""
    launcher = ["mpirun", "--oversubscribe", "--bind-to", given.bind_to, "-n", ranks] if ranks > 1 else []
    name = f"{ranks}-{len([*folder.iterdir()])}"
    settings = f"--recipe chapter5 --freeze-epochs 0 --epochs 2 --precision fp32 --device cpu --arch {given.arch} --presize {given.presize}"
    command = [*launcher, PROGRAM, "train", *settings.split(), "--size", given.size, "--batch-size", given.batch_size, "--out", folder,
               "--name", name, "--weights", given.weights, *(["--labels", f"csv:{given.labels}"] if given.labels else ["--data", "sample"])]
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True,
                          env={**os.environ, **allowed, "OMP_NUM_THREADS": str(cores // ranks)})
    if done.returncode:
        sys.exit(f"exit code {done.returncode}\n{done.stderr}")
    with open(folder / name / "history.csv", newline="", encoding="utf-8") as file:
        last = [*csv.DictReader(file)][-1]
    return float(last["images_per_second"]), float(last["valid_loss"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", help="CSV with photo, label and split; without it, the sample")
    parser.add_argument("--weights", default="none", help="starting weights of the architecture")
    parser.add_argument("--arch", default="resnet18")
    parser.add_argument("--presize", type=int, default=460)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--batch-size", type=int, default=64, help="of all ranks together")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="of both ways; a multiple of --ranks")
    parser.add_argument("--bind-to", default="none", help="as mpirun's")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    if given.ranks < 2 or given.cores % given.ranks:
        parser.error("--cores must be a multiple of --ranks, which must be at least 2")
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        print(f"{given.arch}, {given.size} pixels, {given.batch_size} a step, --bind-to {given.bind_to}; load {os.getloadavg()[0]:.1f}")
        print(f"turn  1 rank × {given.cores}  {given.ranks} ranks × {given.cores // given.ranks}  ratio  validation losses", flush=True)
        for turn in range(given.turns):
            order = [1, given.ranks] if turn % 2 == 0 else [given.ranks, 1]
            found = {ranks: rate(ranks, given.cores, given, folder) for ranks in order}
            (one, its_loss), (many, their_loss) = found[1], found[given.ranks]
            ratios.append(many / one)
            print(f"{turn + 1:4}  {one:10.1f}  {many:11.1f}  {ratios[-1]:5.2f}  {its_loss:.4f} {their_loss:.4f}", flush=True)
    print(f"photos/s of {given.ranks} ranks ÷ one: median {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


main()
