"""What Python's asyncio costs, for the same things as costs.rs. Only the standard library.

    python3 lesson-03-async/benches/costs.py            all figures, best of five
    python3 lesson-03-async/benches/costs.py gather     one whole program: three waits of 50, 100 and 75 ms
"""

import asyncio
import sys
import time

JOINED, MESSAGES, TIMERS = 20_000, 1_000, 10_000


async def number(n):
    return n


async def spawn_and_await(times=20_000):
    start = time.perf_counter()
    for n in range(times):
        await asyncio.create_task(number(n))
    return (time.perf_counter() - start) / times


async def switch(times=20_000):
    async def turns():
        for _ in range(times // 2):
            await asyncio.sleep(0)

    start = time.perf_counter()
    await asyncio.gather(turns(), turns())
    return (time.perf_counter() - start) / times


async def join():
    start = time.perf_counter()
    await asyncio.gather(*(number(n) for n in range(JOINED)))
    return time.perf_counter() - start


async def channel():
    queue = asyncio.Queue(100)

    async def send():
        for n in range(MESSAGES):
            await queue.put(n)

    start = time.perf_counter()
    sending = asyncio.create_task(send())
    for _ in range(MESSAGES):
        await queue.get()
    await sending
    return time.perf_counter() - start


async def timers():
    start = time.perf_counter()
    await asyncio.gather(*(asyncio.sleep(0.1) for _ in range(TIMERS)))
    return time.perf_counter() - start


async def gather():
    await asyncio.gather(*(asyncio.sleep(seconds) for seconds in (0.05, 0.1, 0.075)))


def main():
    if sys.argv[1:] == ["gather"]:
        asyncio.run(gather())
        return
    for what in (spawn_and_await, switch, join, channel, timers):
        best = min(asyncio.run(what()) for _ in range(5))
        print(f"{what.__name__:16} {best * 1e6:12.2f} us")


main()
