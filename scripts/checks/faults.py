"""Injects faults into a real training and tells, for each, what the user sees and whether anything was lost.

    scripts/checks/faults.py [--only PART_OF_A_NAME]

After every fault the run is gone on with, and the model file and the losses must be those of a run nobody disturbed, to the last byte. Full and
read-only file systems are real ones (tmpfs; needs root), failing writes come from a small shim (fail_writes.c; needs cc). What cannot be tried here
is said and fails the check. Uses the embedded sample data set; needs Python 3 and no packages.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from common import PROGRAM, SETTINGS, command, finish, results

HERE = pathlib.Path(__file__).resolve().parent


def start(out, *more, **environment):
    return subprocess.Popen([*command(out, *SETTINGS), "--name", "whole", *more], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, **environment})


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
    lines = [line for line in text.splitlines() if line.startswith(("error:", "warning:", "Saved after"))]
    lines = [line for line in lines if "random weights learns nothing" not in line]
    lines = [re.sub(r"step-\d+", "step-N", line) for line in lines]
    return list(dict.fromkeys(lines))


def go_on(out):
    return finish(command(out, "--resume", "whole"))


def interrupt(out, ready, number=signal.SIGTERM, more=()):
    process = start(out, *more)
    wait(process, ready, "the signal")
    begun = time.monotonic()
    process.send_signal(number)
    said = process.communicate()[1]
    return process.returncode, f"{said}", time.monotonic() - begun


class Faults:
    """Each method is a fault: it gives what was said and the exit code, and leaves a finished run in out/whole."""

    def full_disk(self, out):
        """the disk of the run folder is full (a file system of 120 MB)"""
        out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", out], check=True)
        process = start(out)
        said = process.communicate()[1]
        subprocess.run(["mount", "-o", "remount,size=2g", out], check=True)
        if process.returncode:
            go_on(out)
        else:
            finish([PROGRAM, "report", out / "whole"])  # as the last warning says
        return said, process.returncode

    def read_only(self, out):
        """the file system of the run folder is read-only"""
        out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2g,ro", "tmpfs", out], check=True)
        process = start(out)
        said = process.communicate()[1]
        subprocess.run(["mount", "-o", "remount,rw", out], check=True)
        finish([*command(out, *SETTINGS), "--name", "whole"])
        return said, process.returncode

    def failing_checkpoint(self, out):
        """every write to a checkpoint fails after 1 MB (EIO)"""
        process = start(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/checkpoint/step-", PETBREEDS_FAIL_AFTER="1000000")
        said = process.communicate()[1]
        return said, process.returncode

    def failing_model(self, out):
        """the write of the model fails after 1 MB (EIO)"""
        process = start(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/model.safetensors", PETBREEDS_FAIL_AFTER="1000000")
        said = process.communicate()[1]
        return said + go_on(out), process.returncode

    def failing_history(self, out):
        """the write of the history fails (EIO)"""
        process = start(out, LD_PRELOAD=self.shim(), PETBREEDS_FAIL_WRITES="/history.csv", PETBREEDS_FAIL_AFTER="100")
        said = process.communicate()[1]
        return said + go_on(out), process.returncode

    def damaged_checkpoint(self, out):
        """the newest checkpoint is damaged on the disk (one byte)"""
        code, said, _ = interrupt(out, lambda: steps(out) and max(steps(out)) > 25, signal.SIGKILL, ("--keep", "1"))
        path = out / "whole/checkpoint" / f"step-{max(steps(out)):06}.safetensors"
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        return said + go_on(out), code

    def cache_removed(self, out):
        """the folder of presized photos is removed in mid-run"""
        cache = out.parent / "other-cache"
        process = start(out, PETBREEDS_CACHE=str(cache))
        wait(process, lambda: steps(out) and max(steps(out)) > 3, "the removal")
        shutil.rmtree(cache / "pixels", ignore_errors=True)
        said = process.communicate()[1]
        return said, process.returncode

    def cache_shared(self, out):
        """another run fills the same empty cache at the same time"""
        cache = str(out.parent / "shared-cache")
        beside = start(out.parent / "beside", PETBREEDS_CACHE=cache)
        process = start(out, PETBREEDS_CACHE=cache)
        said = process.communicate()[1]
        beside.communicate()
        return said, process.returncode or beside.returncode

    def photo_removed(self, out):
        """a photo is removed in mid-run (it is presized already)"""
        cache = out.parent / "photo-cache"
        process = start(out, PETBREEDS_CACHE=str(cache))
        wait(process, lambda: steps(out) and max(steps(out)) > 22, "the removal")
        photos = sorted(path for path in cache.rglob("*") if path.suffix in (".jpg", ".png") and "sample" in str(path))
        photos[7].unlink()
        said = process.communicate()[1]
        return said, process.returncode

    def second_training(self, out):
        """a second training is started in the same run folder"""
        process = start(out)
        wait(process, lambda: steps(out), "the second")
        second = subprocess.run(command(out, "--resume", "whole"), capture_output=True, text=True)
        process.communicate()
        return second.stderr, second.returncode or process.returncode

    def interrupted_beginning(self, out):
        """SIGTERM while the data are prepared"""
        process = start(out)
        time.sleep(.25)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
        shutil.rmtree(out, ignore_errors=True)
        finish([*command(out, *SETTINGS), "--name", "whole"])
        return said, process.returncode

    def interrupted_training(self, out):
        """SIGTERM in an epoch"""
        code, said, _ = interrupt(out, lambda: steps(out) and max(steps(out)) > 22)
        return said + go_on(out), code

    def interrupted_twice(self, out):
        """SIGINT twice"""
        process = start(out)
        wait(process, lambda: steps(out) and max(steps(out)) > 22, "the signals")
        process.send_signal(signal.SIGINT)
        time.sleep(.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
        if (out / "whole/checkpoint/lock").exists():
            go_on(out)
        return said, process.returncode

    def interrupted_report(self, out):
        """SIGTERM while the report is written"""
        code, said, _ = interrupt(out, lambda: (out / "whole/model.safetensors").exists())
        return said + go_on(out), code

    def interrupted_search(self, out):
        """SIGTERM in the learning-rate finder"""
        process = subprocess.Popen([PROGRAM, "lr-find", *SETTINGS[:-2], "--out", out.parent / "curve.png"], stderr=subprocess.PIPE, text=True)
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        said = process.communicate()[1]
        finish([*command(out, *SETTINGS), "--name", "whole"])
        return said, process.returncode

    def shim(self):
        library = pathlib.Path(tempfile.gettempdir()) / "petbreeds_fail_writes.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, HERE / "fail_writes.c", "-ldl"], check=True)
        return str(library)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="petbreeds-faults-"))
    os.environ["PETBREEDS_CACHE"] = str(folder / "cache")
    finish([*command(folder, *SETTINGS), "--name", "whole"])
    whole = results(folder / "whole")
    faults, lost = Faults(), 0
    print("| fault | exit code | what the user sees | lost |\n| --- | --- | --- | --- |", flush=True)
    for name, fault in ((name, getattr(faults, name)) for name in vars(Faults) if name[0] != "_" and name != "shim" and options.only in name):
        out = folder / name
        try:
            said, code = fault(out)
            same = results(out / "whole") == whole
            trace = "\n   at " in said
            seen = "<br>".join(told(said)).replace(str(folder), "").replace(f"/{name}", "") or "nothing"
            if "gone on with" in said or "Saved after" in said:
                seen = seen.split("; go on with")[0]
        except (OSError, subprocess.CalledProcessError) as error:
            code, seen, same, trace = "", f"not tried: {error}", False, False
        finally:
            subprocess.run(["umount", out], capture_output=True)
        lost += not same or trace
        print(f"| {fault.__doc__} | {code} | {seen}{' (a trace)' if trace else ''} | {'nothing' if same else 'NOT THE SAME'} |", flush=True)
        shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    sys.exit(lost > 0)


main()
