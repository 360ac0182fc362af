"""Two threads, one printing numbers and one letters, with half a second between two lines."""

import sys
import threading
import time

PAUSE = 0.5 * float(sys.argv[1] if len(sys.argv) > 1 else 1)


def show(label, values):
    for value in values:
        print(f"{label}: {value}", flush=True)
        time.sleep(PAUSE)


threads = [
    threading.Thread(target=show, args=("Number", range(5))),
    threading.Thread(target=show, args=("Letter", "abcde")),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
