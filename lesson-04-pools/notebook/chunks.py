"""The squares of 1 to 20 in chunks of five, a second of simulated work each, by a process for each core."""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

PAUSE = float(sys.argv[1] if len(sys.argv) > 1 else 1)


def sum_of_squares(chunk):
    time.sleep(PAUSE)
    return sum(n * n for n in chunk)


if __name__ == "__main__":
    chunks = [range(first, first + 5) for first in range(1, 21, 5)]
    with ProcessPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        print(sum(pool.map(sum_of_squares, chunks)))
