"""Runs the playground until it is told to stop: `python -m playground`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from playground.server import Server
from playground.settings import Settings


async def _run(settings: Settings) -> None:
    server = Server(settings)
    runner = await server.start()
    sys.stdout.write(f"playground: {server.playground.base_url}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> int:
    """Starts with what the environment says; answers the exit status."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(Settings.from_environment(os.environ)))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"The playground cannot start: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
