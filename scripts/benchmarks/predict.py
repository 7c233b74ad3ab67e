"""Seconds from the start of `petbreeds predict PHOTO` to its answer, against predict_torch.py on the same photo, in turns.

    scripts/petbreeds --version && python3 scripts/benchmarks/predict.py MODEL PHOTO WEIGHTS.pth [ROUNDS]

MODEL is a run folder or a model.safetensors with a ResNet50, WEIGHTS.pth a ResNet50 of torchvision. Needs PyTorch and torchvision.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE.parents[1] / "artifacts/bin/PetBreeds.Cli/release/petbreeds"


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    model, photo, weights = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    commands = {
        "petbreeds": [PROGRAM, "predict", photo, "--model", model],
        "PyTorch": [sys.executable, HERE / "predict_torch.py", weights, photo],
    }
    for command in commands.values():
        seconds(command)  # files into memory
    rows = [[seconds(command) for command in commands.values()] for _ in range(rounds)]
    print(f"{rounds} rounds on {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}")
    for name, column in zip(commands, zip(*rows)):
        print(f"{name:10} {statistics.median(column):.2f} s ({min(column):.2f} to {max(column):.2f})")
    ratios = sorted(ours / theirs for ours, theirs in rows)
    print(f"ratio      {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


main()
