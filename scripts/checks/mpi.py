"""What the checks of shared training have in common: jobs of Open MPI, and the processes of their ranks."""
import os
import pathlib
import shutil
import subprocess
import sys
import time

NETWORK = ("--data sample --arch resnet18 --presize 64 --size 32 --batch-size 40 --valid-fraction .5 --device cpu --precision fp32 "
           "--seed 7 --recipe chapter5 --freeze-epochs 0").split()  # 5 steps an epoch
MPIRUN = ["mpirun", "--oversubscribe", "--bind-to", "none"]
ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMP_NUM_THREADS": "1"}


def require(*tools):
    """Ends the check with exit code 2 if a tool is missing."""
    if lacks := [tool for tool in tools if not shutil.which(tool)]:
        print(f"not tried: this check needs {', '.join(lacks)}", file=sys.stderr)
        sys.exit(2)


def start(arguments, **environment):
    """A job whose output, of both kinds, can be read from it."""
    return subprocess.Popen(list(map(str, arguments)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                            env={**ENVIRONMENT, **environment})


def children(pid):
    """The processes below a process, as far as it still lives."""
    found, parents = [], {pid}
    table = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            table[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass
    while parents:
        parents = {child for child, parent in table.items() if parent in parents}
        found += parents
    return found


def ranks(pid):
    """Process ids of a job's ranks, by rank, as far as they have started."""
    found = {}
    for child in children(pid):
        try:
            variables = pathlib.Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "petbreeds":
                found |= {int(one.split(b"=")[1]): child for one in variables if one.startswith(b"OMPI_COMM_WORLD_RANK=")}
        except OSError:
            pass
    return found


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def end(process, limit, what):
    """Waits for the end of a job and its ranks: what it said, and the seconds that took. One that goes on is killed and fails the check."""
    begun, below = time.monotonic(), children(process.pid)
    try:
        said = process.communicate(timeout=limit)[0]
    except subprocess.TimeoutExpired:
        kill([process.pid, *below])
        sys.exit(f"{what}: has not ended within {limit} s\n{process.communicate()[0]}")
    while any(map(is_alive, below)):
        if time.monotonic() - begun > limit:
            left = [pid for pid in below if is_alive(pid)]
            kill(left)
            sys.exit(f"{what}: mpirun has ended, but not {left}\n{said}")
        time.sleep(.05)
    return said, time.monotonic() - begun


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            pass
