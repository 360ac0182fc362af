"""The same works with Python's executors; started by table.rs with the name of one of them. Prints three quartiles in
seconds a job, and who it was, separated by tabs, a line for each way to do it."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

ROUNDS = 7


def same(x):
    return x


def stream(pool, jobs):
    futures = [pool.submit(same, number) for number in range(jobs)]
    return sum(future.result() for future in futures)


def one_by_one(pool, jobs):
    for number in range(jobs):
        pool.submit(same, number).result()


def chunks(pool, jobs):
    return sum(pool.map(same, range(jobs), chunksize=64))


def mebibyte(pool, jobs):
    data = bytes([1]) * (1 << 20)
    for _ in range(jobs):
        pool.submit(sum, data).result()


THREADS, PROCESSES = "ThreadPoolExecutor", "ProcessPoolExecutor"
WORKS = {
    "20,000 jobs that do nothing, submitted and collected": [(THREADS, 2, stream, 20_000)],
    "one job to a thread and back": [(THREADS, 2, one_by_one, 2_000)],
    "one small task to a worker process and back": [(PROCESSES, 1, one_by_one, 500)],
    "10,000 small tasks to two worker processes": [(PROCESSES, 2, chunks, 10_000), (PROCESSES, 2, stream, 2_000)],
    "1 MiB to a worker process, summed there": [(PROCESSES, 1, mebibyte, 20)],
}
NAMES = {chunks: ", map with chunksize=64", stream: ", submit"}


def main():
    for kind, workers, work, jobs in WORKS.get(sys.argv[1], []):
        executor = ThreadPoolExecutor if kind == THREADS else ProcessPoolExecutor
        times = []
        with executor(workers) as pool:
            work(pool, jobs)
            for _ in range(ROUNDS):
                start = time.perf_counter()
                work(pool, jobs)
                times.append((time.perf_counter() - start) / jobs)
        times.sort()
        low, median, high = times[ROUNDS // 4], times[ROUNDS // 2], times[-1 - ROUNDS // 4]
        version = ".".join(map(str, sys.version_info[:2]))
        print(low, median, high, f"Python {version}'s {kind}{NAMES.get(work, '')}", sep="\t")


if __name__ == "__main__":
    main()
