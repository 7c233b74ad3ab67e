"""Kills a real training at random moments, resumes each run, and compares the results with those of an undisturbed run.

    scripts/checks/crash.py [KILLS] [--signal KILL|TERM|INT] [--seed N] [--solved]

Each of KILLS (default 50) runs is started, killed at a moment drawn uniformly over the length of the undisturbed run (so also while a
checkpoint or the model is being written), and resumed until it ends; if it was killed before its first checkpoint it is started again. The
model file and the losses must be the same, byte for byte. With --solved the run begins with a solved head (on the features of a network that
is trained first): kills then also hit the pass over the photos and the solution. Uses the embedded sample data set; needs Python 3 and no
packages.
"""
import argparse
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from common import NETWORK, SETTINGS, command, finish, results

SIGNALS = {"KILL": (signal.SIGKILL, -9), "TERM": (signal.SIGTERM, 143), "INT": (signal.SIGINT, 130)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", nargs="?", type=int, default=50)
    parser.add_argument("--signal", choices=SIGNALS, default="KILL")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solved", action="store_true")
    options = parser.parse_args()
    number, expected_code = SIGNALS[options.signal]
    draw = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="petbreeds-crash-"))
    finish([*command(folder, *SETTINGS), "--name", "warm"])  # draws and presizes the sample
    settings = [*NETWORK, "--save-every", "0.02", "--weights", folder / "warm/model.safetensors", "--views", "8"] if options.solved else SETTINGS
    start = time.monotonic()
    finish([*command(folder, *settings), "--name", "whole"])
    length = time.monotonic() - start
    whole = results(folder / "whole")
    same, before, resumed, slowest = 0, 0, 0, 0.0
    for i in range(options.kills):
        out = folder / str(i)
        moment = draw.uniform(0, length)
        process = subprocess.Popen([*command(out, *settings), "--name", "whole"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        time.sleep(moment)
        process.send_signal(number)
        start = time.monotonic()
        said = process.communicate()[1]
        slowest = max(slowest, time.monotonic() - start)
        where = said.strip().splitlines()[-1] if said.strip() else ""
        if process.returncode not in (0, expected_code):
            sys.exit(f"exit code {process.returncode} after {moment:.2f} s\n{said}")
        if (out / "whole/model.safetensors").exists() and not (out / "whole/checkpoint/lock").exists():
            how = "had ended"
        elif list(out.glob("whole/checkpoint/step-*.json")):
            finish(command(out, "--resume", "whole"))
            resumed += 1
            how = "resumed"
        else:
            shutil.rmtree(out, ignore_errors=True)
            finish([*command(out, *settings), "--name", "whole"])
            before += 1
            how = "started again"
        equal = results(out / "whole") == whole
        same += equal
        print(f"{i + 1:3}  {options.signal} after {moment:5.2f} of {length:.2f} s  {how:13}  {'the same bytes' if equal else 'DIFFERS'}  {where}", flush=True)
        if equal:
            shutil.rmtree(out)
    print(f"{same} of {options.kills} end with the same bytes; {resumed} were resumed, {before} had no checkpoint yet and were started again; "
          f"the longest end took {slowest:.1f} s")
    if same == options.kills:
        shutil.rmtree(folder)
    else:
        sys.exit(f"see {folder}")


main()
