"""Photos per second of one core: petbreeds' decode + presize against Pillow's decode + bilinear resize, alternating in one run.

    dotnet build -c Release tests/PetBreeds.Benchmarks && python3 scripts/benchmarks/decode.py FOLDER_OF_JPEGS [PHOTOS] [ROUNDS]

Both sides read the same files and scale the short side to 460. The 12-megapixel photos are made from the folder's own: enlarged to 4000 × 3000,
with fine grain, quality 90. Needs Pillow and NumPy.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image, features

SHORT_SIDE = 460
ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "artifacts/bin/PetBreeds.Benchmarks/release/PetBreeds.Benchmarks"


def pillow(path, draft=False):
    image = Image.open(path)
    if draft:
        image.draft("RGB", (SHORT_SIDE, SHORT_SIDE))
    image = image.convert("RGB")
    scale = SHORT_SIDE / min(image.size)
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.BILINEAR)


def pillow_seconds(path, draft):
    start = time.process_time()
    pillow(path, draft)
    return time.process_time() - start


def large(path, target, seed):
    image = Image.open(path).convert("RGB").resize((4000, 3000), Image.BICUBIC)
    grain = numpy.random.default_rng(seed).normal(0, 5, (3000, 4000, 1))
    pixels = numpy.clip(numpy.asarray(image, dtype=numpy.float32) + grain, 0, 255).astype(numpy.uint8)
    Image.fromarray(pixels).save(target, quality=90)
    return target


def compare(name, paths, rounds, warm):
    """Alternates photo by photo, so that what else the machine does falls on both sides alike."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(map(str, paths)))
        listed.flush()
        ours = subprocess.Popen([PROGRAM, "presize-photos", listed.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                env={**os.environ, "OMP_NUM_THREADS": "1"})

        def our_seconds(index):
            ours.stdin.write(f"{index}\n")
            ours.stdin.flush()
            return float(ours.stdout.readline())

        for i in range(warm):
            our_seconds(i % len(paths))  # until the runtime has compiled what is hot
        rows = []
        for _ in range(rounds):
            triples = [(pillow_seconds(path, False), our_seconds(i), pillow_seconds(path, True)) for i, path in enumerate(paths)]
            rows.append([sum(column) for column in zip(*triples)])
        ours.stdin.close()
        ours.wait()
    size = statistics.mean(os.path.getsize(path) for path in paths)
    times = [statistics.median(column) / len(paths) * 1000 for column in zip(*rows)]
    print(f"{name}: {len(paths)} photos of {size / 1000:.0f} kB, {rounds} rounds; ms of processor time a photo: "
          f"Pillow {times[0]:.2f}, petbreeds {times[1]:.2f}, Pillow with draft() {times[2]:.2f}")
    for label, column in (("Pillow", 0), ("Pillow with draft()", 2)):
        ratios = sorted(row[column] / row[1] for row in rows)
        print(f"  {statistics.median(ratios):.2f} times {label} ({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    count, rounds = (int(value) for value in (sys.argv[2:] + ["60", "15"][len(sys.argv) - 2:]))
    small = [path for path in sorted(folder.glob("*.jpg")) if Image.open(path).format == "JPEG"]
    small = [path for path in small if Image.open(path).size in ((500, 375), (375, 500))][:count]
    print(f"Pillow {Image.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}")
    compare("500 × 375", small, rounds, 500)
    with tempfile.TemporaryDirectory() as scratch:
        compare("4000 × 3000", [large(path, f"{scratch}/{i}.jpg", i) for i, path in enumerate(small[:6])], rounds, 60)


main()
