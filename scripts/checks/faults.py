"""Injects faults into a real training and tells, for each, what the user sees and whether anything was lost.

    scripts/checks/faults.py [--only PART_OF_A_NAME]

After every fault the run is resumed, and the model file and the losses must equal those of an undisturbed run, byte for byte. Full and
read-only file systems are real (tmpfs; needs root); failing writes come from a small shim (fail_writes.c; needs cc). A fault that cannot be
tried here is reported and fails the check. Uses the embedded sample data set; needs Python 3 and no packages.
"""
import argparse
import csv
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from common import PROGRAM, RANDOM, SETTINGS, command, finish, results

HERE = pathlib.Path(__file__).resolve().parent


def start(out, *more, **environment):
    return subprocess.Popen([*command(out, *SETTINGS), "--name", "whole", *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, **environment})


def run(out, *more, **environment):
    """A whole training: what it said, and its exit code."""
    process = start(out, *more, **environment)
    return process.communicate()[1], process.returncode


def again(out):
    """Starts the training again if it left nothing to resume from."""
    return finish([*command(out, *SETTINGS), "--name", "whole"])


def resume(out):
    return finish(command(out, "--resume", "whole"))


def steps(out):
    return [int(path.stem[5:]) for path in (out / "whole/checkpoint").glob("step-*.json")]


def wait(process, condition, what):
    limit = time.monotonic() + 120
    while not condition():
        if process.poll() is not None or time.monotonic() > limit:
            sys.exit(f"ended before {what}: {process.stderr.read() if process.poll() is not None else 'still running'}")
        time.sleep(.01)


def told(text):
    """The lines a user must read."""
    lines = [line for line in text.splitlines() if line.startswith(("error:", "warning:", "Saved after", "Interrupted"))]
    lines = [line for line in lines if "random weights learns nothing" not in line]
    lines = [re.sub(r"step-\d+", "step-N", line) for line in lines]
    return list(dict.fromkeys(lines))


def signalled(process, *numbers):
    """What a process said that was sent signals, and its exit code; it has five seconds to end."""
    begun = time.monotonic()
    for number in numbers:
        process.send_signal(number)
        time.sleep(.02)
    said = process.communicate()[1]
    seconds = time.monotonic() - begun
    return said + (f"\nerror: it took {seconds:.1f} s to end" if seconds > 5 else ""), process.returncode


def interrupt(out, ready, *numbers, more=()):
    process = start(out, *more)
    wait(process, ready, "the signal")
    return signalled(process, *numbers)


def fault(what, code, words):
    """Marks a fault with its description, the exit code it must end with, and a part of what must be said."""
    def mark(inject):
        inject.expected = what, code, words
        return inject
    return mark


class Faults:
    """Each method is a fault: it gives what was said and the exit code, and leaves a finished run in out/whole."""

    @fault("the disk of the run folder is full (a file system of 150 MB)", 0, "no checkpoint was saved; training continues")
    def full_disk(self, out):
        out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", out], check=True)
        said, code = run(out)
        subprocess.run(["mount", "-o", "remount,size=2g", out], check=True)
        finish([PROGRAM, "report", out / "whole"])  # as the last warning says
        return said, code

    @fault("the file system of the run folder is read-only", 2, "the run folder cannot be created")
    def read_only(self, out):
        out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g,ro", "tmpfs", out], check=True)
        said, code = run(out)
        subprocess.run(["mount", "-o", "remount,rw", out], check=True)
        again(out)
        return said, code

    @fault("every write to a checkpoint fails after 1 MB (EIO)", 0, "no checkpoint was saved; training continues")
    def failing_checkpoint(self, out):
        return run(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/checkpoint/step-", PETBREEDS_FAIL_AFTER="1000000")

    @fault("the write of the model fails after 1 MB (EIO)", 2, "the weight file cannot be written")
    def failing_model(self, out):
        said, code = run(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/model.safetensors", PETBREEDS_FAIL_AFTER="1000000")
        return said + resume(out), code

    @fault("the write of the history fails (EIO)", 2, "the history cannot be written")
    def failing_history(self, out):
        said, code = run(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/history.csv", PETBREEDS_FAIL_AFTER="100")
        return said + resume(out), code

    @fault("the newest checkpoint is damaged on the disk (one byte)", -9, "its checksum differs; an earlier checkpoint is used")
    def damaged_checkpoint(self, out):
        said, code = interrupt(out, lambda: steps(out) and max(steps(out)) > 25, signal.SIGKILL, more=("--keep", "1"))
        path = out / "whole/checkpoint" / f"step-{max(steps(out)):06}.safetensors"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        return said + resume(out), code

    @fault("the folder of presized photos is removed in mid-run", 0, "")
    def cache_removed(self, out):
        cache = out.parent / "other-cache"
        process = start(out, PETBREEDS_CACHE=str(cache))
        wait(process, lambda: steps(out) and max(steps(out)) > 3, "the removal")
        shutil.rmtree(cache / "pixels", ignore_errors=True)
        return process.communicate()[1], process.returncode

    @fault("another run fills the same empty cache at the same time", 0, "")
    def cache_shared(self, out):
        cache = str(out.parent / "shared-cache")
        beside = start(out.parent / "beside", PETBREEDS_CACHE=cache)
        said, code = run(out, PETBREEDS_CACHE=cache)
        beside.communicate()
        return said, code or beside.returncode

    @fault("a photo to validate on is removed in mid-run (it is presized already)", 0, "")
    def photo_removed(self, out):
        cache = out.parent / "photo-cache"
        process = start(out, PETBREEDS_CACHE=str(cache))
        wait(process, lambda: steps(out) and max(steps(out)) > 22, "the removal")
        with open(out.parent / "whole/predictions.csv", newline="", encoding="utf-8") as file:
            name = next(csv.DictReader(file))["photo"]
        (next(cache.glob("sample/*")) / name).unlink()
        return process.communicate()[1], process.returncode

    @fault("a second training is started in the same run folder", 2, "another training run is active in this folder")
    def second_training(self, out):
        process = start(out)
        wait(process, lambda: steps(out), "the second")
        second = subprocess.run(command(out, "--resume", "whole"), capture_output=True, text=True)
        process.communicate()
        return second.stderr, second.returncode or process.returncode

    @fault("SIGTERM while the data are prepared", 143, "Interrupted")
    def interrupted_beginning(self, out):
        process = start(out, PETBREEDS_CACHE=str(out.parent / "empty-cache"))
        wait(process, lambda: (out.parent / "empty-cache").exists(), "the signal")
        said, code = signalled(process, signal.SIGTERM)
        shutil.rmtree(out, ignore_errors=True)
        again(out)
        return said, code

    @fault("SIGTERM in an epoch", 143, "Saved after step")
    def interrupted_training(self, out):
        said, code = interrupt(out, lambda: steps(out) and max(steps(out)) > 22, signal.SIGTERM)
        return said + resume(out), code

    @fault("SIGINT twice", 130, "")
    def interrupted_twice(self, out):
        said, code = interrupt(out, lambda: steps(out) and max(steps(out)) > 22, signal.SIGINT, signal.SIGINT)
        if (out / "whole/checkpoint/lock").exists():
            resume(out)
        return said, code

    @fault("SIGTERM while the report is written", 143, "Saved after step")
    def interrupted_report(self, out):
        said, code = interrupt(out, lambda: (out / "whole/model.safetensors").exists(), signal.SIGTERM)
        return said + resume(out), code

    @fault("SIGTERM in the learning-rate finder", 143, "Interrupted")
    def interrupted_search(self, out):
        process = subprocess.Popen([PROGRAM, "lr-find", *RANDOM, "--out", out.parent / "curve.png"], stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        said, code = signalled(process, signal.SIGTERM)
        again(out)
        return said, code

    def shim(self):
        library = pathlib.Path(tempfile.gettempdir()) / "petbreeds_fail_writes.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "fail_writes.c", "-ldl"], check=True)
        return str(library)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what runs in the background with SIGINT ignored, and children inherit that
    folder = pathlib.Path(tempfile.mkdtemp(prefix="petbreeds-faults-"))
    os.environ["PETBREEDS_CACHE"] = str(folder / "cache")
    finish([*command(folder, *SETTINGS), "--name", "whole"])
    whole = results(folder / "whole")
    faults, lost = Faults(), 0
    print("| fault | exit code | what the user sees | lost |\n| --- | --- | --- | --- |", flush=True)
    for name, inject in ((name, getattr(faults, name)) for name, method in vars(Faults).items() if hasattr(method, "expected") and options.only in name):
        out, (what, expected, words) = folder / name, inject.expected
        try:
            said, code = inject(out)
            problems = [] if results(out / "whole") == whole else ["THE RUN IS NOT THE SAME"]
            problems += [f"EXIT CODE {expected} EXPECTED"] if code != expected else []
            problems += [f"'{words}' IS NOT SAID"] if words not in said else []
            problems += [wrong for wrong in ("\n   at ", "should not have happened", "it took") if wrong in said]
            seen = "<br>".join(told(said)).replace(str(folder), "").replace(f"/{name}", "").split("; resume with")[0] or "nothing"
        except (OSError, subprocess.CalledProcessError) as error:
            code, seen, problems = "", "", [f"not tried: {error}"]
        finally:
            subprocess.run(["umount", out], capture_output=True)
        lost += len(problems)
        print(f"| {what} | {code} | {seen} | {'<br>'.join(problems) or 'nothing'} |", flush=True)
        shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(lost > 0)


main()
