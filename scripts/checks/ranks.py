"""Kills a rank of a real shared training at a random moment, resumes with other numbers of ranks, and compares with undisturbed runs.

    scripts/checks/ranks.py [--kills 20] [--ranks 3] [--seed N] [--stop]

Each of the ranks is killed (SIGKILL) so many times, at moments drawn uniformly over the length of the undisturbed run. The job must end
within 30 s, leave no process behind, and name the rank. The run is then resumed with 1, 2, 3 … ranks in turn, or started again if it had no
checkpoint yet. With --stop, ranks are stopped (SIGSTOP) after the first checkpoint instead, with PETBREEDS_RANK_TIMEOUT=5.

What must come out: as many steps; those before the last checkpoint are the undisturbed run's, digit by digit, and so is all of it if the
number of ranks is the same again. With another number, each rank draws its own dropout, so the losses from there on are compared with those
of an undisturbed run of that number, which differ because the weights come from steps with other dropout. They must on average be nearer
than a fifth of the difference that other photos make (that between neighbouring steps): so the same photos came in the same order. The last
validation loss must be nearer than a tenth of the difference that the last epoch makes; dropout alone makes 3% of it (runs of 1 to 6 ranks).

Uses the embedded sample data set. Needs Open MPI and Python 3, no packages. A kill takes about a minute on two cores.
"""
import argparse
import csv
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import tempfile
import time

import mpi
from common import PROGRAM, finish

LIMIT, TIMEOUT, FARTHEST, FARTHEST_VALID = 30, 5, .2, .1
NETWORK = [*mpi.NETWORK, "--epochs", "3"]


def job(count, *arguments):
    return [*mpi.MPIRUN, "-n", count, PROGRAM, "train", *arguments]


def finished(count, *arguments):
    return finish(list(map(str, job(count, *arguments))), env=mpi.ENVIRONMENT)


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        return [*csv.DictReader(file)]


class Run:
    """What a finished run has recorded."""

    def __init__(self, folder):
        self.steps = table(folder / "steps.csv")
        self.losses = [float(step["loss"]) for step in self.steps]
        self.epochs = [{key: row[key] for key in ("epoch", "train_loss", "valid_loss", "error")} for row in table(folder / "history.csv")]
        self.before, self.valid = (float(epoch["valid_loss"]) for epoch in self.epochs[-2:])


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def distance(run, expected, first):
    """How far the losses of the steps after the first ones are from the expected, as a part of the distance between neighbouring steps."""
    if first == len(run.losses):
        return 0.0
    neighbours = mean(abs(a - b) for a, b in zip(expected.losses, expected.losses[1:]))
    return mean(abs(a - b) for a, b in zip(run.losses[first:], expected.losses[first:])) / neighbours


def faults(run, first, ranks, whole, count):
    """What is wrong with a run of count ranks that was resumed with other ranks after its first steps."""
    if len(run.steps) != len(whole[count].steps):
        return [f"{len(run.steps)} STEPS INSTEAD OF {len(whole[count].steps)}"]
    found = []
    if run.steps[:first] != whole[count].steps[:first]:
        found.append(f"THE FIRST {first} STEPS DIFFER")
    if (ranks == count or not first) and (run.steps, run.epochs) != (whole[ranks].steps, whole[ranks].epochs):
        found.append("NOT THE SAME AS THE UNDISTURBED RUN")
    if distance(run, whole[ranks], first) > FARTHEST:
        found.append("THE STEPS SEEM TO BE OF OTHER PHOTOS")
    if abs(run.valid - whole[ranks].valid) > FARTHEST_VALID * abs(whole[ranks].valid - whole[ranks].before):
        found.append("THE VALIDATION LOSS IS ANOTHER")
    return found


def checkpoints(folder):
    return [int(path.stem[5:]) for path in (folder / "checkpoint").glob("step-*.json")]


def disturb(process, rank, moment, number, ready):
    """Sends a rank a signal so many seconds after the job is ready. False if the job has ended before."""
    begun = None
    while process.poll() is None:
        begun = time.monotonic() if begun is None and ready() else begun
        if begun is not None and time.monotonic() - begun >= moment and (pid := mpi.ranks(process.pid).get(rank)):
            os.kill(pid, number)
            return True
        time.sleep(.02)
    return False


def undisturbed(folder, settings, count):
    """Whole runs by number of ranks, and the seconds that the last one took."""
    whole = {}
    for n in range(1, count + 1):
        begun = time.monotonic()
        finished(n, *settings, "--out", folder / f"whole{n}")
        whole[n] = Run(folder / f"whole{n}/run")
        length = time.monotonic() - begun
        print(f"undisturbed, ranks: {n}, steps: {len(whole[n].steps)}, validation loss {whole[n].valid:.4f}, {length:.0f} s", flush=True)
    return whole, length


def complete(out, settings, count, ranks, whole):
    """Ends a broken run: how, the steps that are kept, and the number of ranks that took the others."""
    saved = checkpoints(out / "run")
    if (out / "run/model.safetensors").exists() and not (out / "run/checkpoint/lock").exists():
        return "had ended", len(whole[count].steps), count
    if saved:
        finished(ranks, "--resume", "run", "--out", out)
        return f"resumed at step {max(saved)} with {ranks}", max(saved), ranks
    shutil.rmtree(out, ignore_errors=True)
    finished(ranks, *settings, "--out", out)
    return f"started again with {ranks}", 0, ranks


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="of each rank")
    parser.add_argument("--ranks", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--stop", action="store_true", help="SIGSTOP instead of SIGKILL")
    options = parser.parse_args()
    mpi.require("mpirun")
    draw, count, total = random.Random(options.seed), options.ranks, options.kills * options.ranks
    folder = pathlib.Path(tempfile.mkdtemp(prefix="petbreeds-ranks-"))
    finished(1, *NETWORK, "--weights", "none", "--out", folder, "--name", "warm")
    settings = [*NETWORK, "--weights", folder / "warm/model.safetensors", *"--norms keep --head linear --save-every .02 --name run".split()]
    whole, length = undisturbed(folder, settings, count)
    right, resumed, slowest, farthest = 0, 0, 0.0, 0.0
    for i in range(total):
        rank, moment, out = i % count, draw.uniform(0, length / 4 if options.stop else length), folder / str(i)
        process = mpi.start(job(count, *settings, "--out", out), **({"PETBREEDS_RANK_TIMEOUT": str(TIMEOUT)} if options.stop else {}))
        if options.stop:
            was_hit = disturb(process, rank, moment, signal.SIGSTOP, lambda: checkpoints(out / "run"))
            words = rf"error: rank {rank} \(.+\) has not answered for {TIMEOUT} s; the job ends"
        else:
            was_hit = disturb(process, rank, moment, signal.SIGKILL, lambda: True)
            words = rf"process rank {rank} .*\s.*signal 9"
        said, seconds = mpi.end(process, LIMIT, f"rank {rank} after {moment:.1f} s")
        problems = []
        if was_hit:
            slowest = max(slowest, seconds)
            problems += [] if re.search(words, said) else [f"RANK {rank} IS NOT NAMED"]
            problems += [] if process.returncode else ["EXIT CODE 0"]
        how, first, ranks = complete(out, settings, count, 1 + (i // count + rank) % count, whole)
        run = Run(out / "run")
        problems += faults(run, first, ranks, whole, count)
        far = distance(run, whole[ranks], first)
        resumed, farthest, right = resumed + how.startswith("resumed"), max(farthest, far), right + (not problems)
        end = f"ended in {seconds:4.1f} s" if was_hit else "not hit"
        print(f"{i + 1:3}  rank {rank}, {moment:5.1f} s  {end:15}  {how:25}  distance {far:.3f}  validation {run.valid:.4f}  "
              f"{'; '.join(problems) or 'right'}", flush=True)
        if problems:
            print(said, flush=True)
        else:
            shutil.rmtree(out)
    print(f"{right} of {total} are right; {resumed} were resumed; the slowest end took {slowest:.1f} s; the losses of steps were at most "
          f"{farthest:.3f} of other photos' difference away ({FARTHEST} is allowed)")
    if right < total:
        sys.exit(f"see {folder}")
    shutil.rmtree(folder)


main()
