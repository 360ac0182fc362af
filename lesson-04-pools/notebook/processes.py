"""Three worker processes, a factorial each, 10 ms a multiplication; results come back through a queue."""

import multiprocessing
import sys
import time

PAUSE = 0.01 * float(sys.argv[1] if len(sys.argv) > 1 else 1)


def work(name, n, results):
    product = 1
    for factor in range(1, n + 1):
        product *= factor
        time.sleep(PAUSE)
    results.put((name, product))


if __name__ == "__main__":
    results = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=work, args=(f"Worker-{index}", n, results))
        for index, n in enumerate([5, 6, 4], 1)
    ]
    for worker in workers:
        worker.start()
    for name, product in sorted(results.get() for _ in workers):
        print(f"{name}: {product}")
    for worker in workers:
        worker.join()
