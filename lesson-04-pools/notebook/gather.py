"""Three calls that only wait, at once on one thread: 1, 2 and 1.5 seconds."""

import asyncio
import sys

PACE = float(sys.argv[1] if len(sys.argv) > 1 else 1)


async def call(name, seconds):
    await asyncio.sleep(seconds * PACE)
    return f"Data from {name}"


async def main():
    calls = [("Weather API", 1), ("News API", 2), ("Stock API", 1.5)]
    print(await asyncio.gather(*(call(name, seconds) for name, seconds in calls)))


asyncio.run(main())
