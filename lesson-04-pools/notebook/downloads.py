"""Four simulated downloads at two megabytes a second, by a pool of three threads."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

PACE = float(sys.argv[1] if len(sys.argv) > 1 else 1)
FILES = {"document.pdf": 2, "image.jpg": 1, "video.mp4": 4, "music.mp3": 3}


def download(name, megabytes):
    time.sleep(megabytes / 2 * PACE)
    return f"{name}: {megabytes} MB"


with ThreadPoolExecutor(max_workers=3) as pool:
    for job in as_completed([pool.submit(download, *file) for file in FILES.items()]):
        print(job.result())
