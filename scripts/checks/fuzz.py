"""Runs the program with random command lines and configurations, and looks at how it ends.

    scripts/checks/fuzz.py [TIMES] [--seed N] [--jobs N]

Commands and flags are taken from the program's own --help; values are drawn from good, wrong and hostile ones. Every end must be exit code 0,
1 or 2, without a trace and without a signal. What takes longer than a minute, such as a training whose settings happen to be good, is interrupted
and must end with 143. Needs Python 3 and no packages.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "artifacts/bin/PetBreeds.Cli/release/petbreeds"
COMMANDS = ["train", "lr-find", "show-batch", "predict", "evaluate", "report", "runs", "data summary", "data verify", "data get", "bench",
            "doctor", "clean", "data", ""]
JUNK = ["", " ", "-1", "0", "1", "2", "3", "7", "1e3", "1e999", "nan", "-inf", "0.5", ".25", "1e-3", "1e-6:1e-4", "9:1", "auto", "true", "false",
        "99999999999999999999", "2147483647", "none", "imagenet", "cpu", "cuda", "cuda:7", "mps", "resnet18", "resnet50", "resnet9000", "folder",
        "random", "official", "csv:", "csv:table.csv", "csv:missing.csv", "pattern:(", "pattern:^(.+)_", "bce", "ce", "fp16", "bf16", "10m", "0s",
        "photos", "empty", "missing", "table.csv", "noise.bin", "zeros.pth", "config.yaml", "bad.yaml", "/dev/null", "/", "..", "a\nb", "<script>",
        "=cmd()", "💥", "x" * 5000, "--", "-", "@photos", "@missing", "%s%n", "$(true)", "CON", "photos/a/0.png", "runs/x"]
UNSAFE = {"--yes", "-y"}  # no downloads


def flags_of(command):
    text = subprocess.run([PROGRAM, *command.split(), "--help"], capture_output=True, text=True).stdout
    return [name for name in re.findall(r"^\s+(--[a-z-]+)", text, re.M) if name not in UNSAFE] + ["--nonsense", "-?", "--version", "--verbose"]


def make_files(folder):
    for name in ("photos/a", "photos/b", "empty"):
        (folder / name).mkdir(parents=True)
    pixel = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082")
    for i in range(3):
        for label in "ab":
            (folder / f"photos/{label}/{i}.png").write_bytes(pixel if i else os.urandom(200))
    (folder / "table.csv").write_text("photo,label,split\nphotos/a/1.png,a,train\nphotos/b/1.png,b,valid\n")
    (folder / "noise.bin").write_bytes(os.urandom(5000))
    (folder / "zeros.pth").write_bytes(bytes(5000))
    (folder / "config.yaml").write_text("data: photos\narch: resnet18\nweights: none\nepochs: 1\n")
    (folder / "bad.yaml").write_text("data: [\n- {a: &b *b}\n\t: x")


def line(draw, flags):
    command = draw.choice(COMMANDS)
    words = command.split()
    for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 5, 9])):
        kind = draw.random()
        if kind < .75 and flags[command]:
            words.append(draw.choice(flags[command]))
        if kind > .1:
            words.append(draw.choice(JUNK))
    if draw.random() < .25:  # a whole configuration of the program's own keys
        keys = [name[2:] for name in flags["train"] if name.startswith("--")]
        text = "".join(f"{draw.choice(keys)}: {draw.choice(JUNK)!r}\n" for _ in range(draw.randrange(6)))
        words += ["--config", text]
    return words


def run(folder, words):
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        words = list(words)
        if "--config" in words and "\n" in words[-1]:
            (pathlib.Path(scratch) / "drawn.yaml").write_text(words[-1])
            words[-1] = scratch + "/drawn.yaml"
        process = subprocess.Popen([PROGRAM, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env={**os.environ, "PETBREEDS_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"})
        try:
            out, err = process.communicate(timeout=60)
            late = False
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
            late = True
    text = (out + err).decode(errors="replace")
    trace = "--verbose" not in words and re.search(r"^\s+at \S+\(|Unhandled exception|should not have happened|terminate called", text, re.M)
    allowed = (143, 0) if late else (0, 1, 2)
    return process.returncode, late, None if process.returncode in allowed and not trace else text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("times", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    draw = random.Random(options.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="petbreeds-fuzz-"))
    make_files(folder)
    flags = {command: flags_of(command) for command in COMMANDS}
    lines = [line(draw, flags) for _ in range(options.times)]
    codes, bad = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for i, (words, (code, late, text)) in enumerate(zip(lines, pool.map(lambda words: run(folder, words), lines))):
            codes[f"{code} (interrupted after a minute)" if late else str(code)] += 1
            if text is not None:
                bad += 1
                print(f"exit code {code}: petbreeds {' '.join(map(repr, words))}\n{text[-3000:]}", flush=True)
            if (i + 1) % 1000 == 0:
                print(f"{i + 1} command lines", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.times} command lines, exit codes " + ", ".join(f"{code}: {count}" for code, count in sorted(codes.items())) + f"; {bad} bad ends")
    sys.exit(bad > 0)


main()
