"""What the experiments share: running petbreeds, keeping results so that a broken-off experiment goes on, and small statistics."""
import csv
import json
import math
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Student's t, 97.5%, for 1 to 30 degrees of freedom
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
     2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]


def petbreeds(*arguments):
    """Runs the program; its answer as JSON."""
    done = subprocess.run([str(ROOT / "scripts/petbreeds"), *map(str, arguments), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"petbreeds {' '.join(map(str, arguments))}\n{done.stderr}")
    return json.loads(done.stdout)


def train(out, name, seed, *arguments):
    """One training; its result, from the file of an earlier start of the experiment where there is one."""
    kept, arguments = out / name / f"seed{seed}.json", [*map(str, arguments)]
    if kept.exists():
        result = json.loads(kept.read_text())
        if result["arguments"] != arguments:
            raise SystemExit(f"{kept} is of other settings: name another --out")
        return result
    kept.parent.mkdir(parents=True, exist_ok=True)
    start = time.time()
    result = petbreeds("train", *arguments, "--seed", seed, "--out", kept.parent)
    result |= {"seconds": time.time() - start, "arguments": arguments}
    kept.write_text(json.dumps(result))
    print(f"  {name}, seed {seed}: error {result['error']:.4f}, {result['seconds']:.0f} s", flush=True)
    return result


def at_once(jobs, trainings):
    """The results of trainings (the arguments of train) in their order, so many at a time; torch's threads are shared out among them."""
    if jobs > 1:
        os.environ["OMP_NUM_THREADS"] = str(max(1, os.cpu_count() // jobs))
    with ThreadPoolExecutor(jobs) as pool:
        return iter([*pool.map(lambda training: train(*training), trainings)])


def rows(table):
    """The rows of a table of labels, paths made absolute."""
    folder = Path(table).resolve().parent
    with open(table, newline="", encoding="utf-8") as file:
        return [{**row, "photo": str(folder / row["photo"])} for row in csv.DictReader(file)]


def write(path, table):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return path


def mean(values):
    return sum(values) / len(values)


def sd(values):
    """Sample standard deviation."""
    return math.sqrt(sum((v - mean(values)) ** 2 for v in values) / (len(values) - 1)) if len(values) > 1 else float("nan")


def interval(differences):
    """Half of the 95% confidence interval of a mean of paired differences."""
    n = len(differences)
    return T[min(n - 2, 29)] * sd(differences) / math.sqrt(n) if n > 1 else float("nan")


def pm(value, spread, form=".4f"):
    """"mean ± spread", without the spread where there is none."""
    return f"{value:{form}}" + ("" if math.isnan(spread) else f" ± {spread:{form.lstrip('+')}}")
