"""Logs are lines on standard error, one per event, whoever wrote it; nothing of them is on standard output."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

PROGRAM = """
import logging
import structlog
from handlers.admin.logs import log_to_stderr

log_to_stderr()
structlog.get_logger("baton").info("ready", port=8080)
logging.getLogger("storage.worker").error("gave up %s %d", "card", 7)
logging.getLogger("storage.worker").info("will retry")
try:
    raise ValueError("in two\\nlines")
except ValueError:
    logging.getLogger("baton.slack").exception("a command failed")
    structlog.get_logger("baton").exception("job_failed", job="hearing")
"""


def test_every_event_is_one_line_with_its_time_and_level() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stderr.splitlines()
    assert done.stdout == ""
    assert all(line.startswith("timestamp='2") for line in lines)
    assert [line.split("Z' ")[1].partition(" exception=")[0] for line in lines] == [
        "level='info' event='ready' port=8080",
        "level='error' event='gave up card 7' logger='storage.worker'",
        "level='error' event='a command failed' logger='baton.slack'",
        "level='error' event='job_failed' job='hearing'",
    ]
    assert "in <module>" in lines[2]
    assert "ValueError: …" in lines[2]
    assert "ValueError: …" in lines[3]


QUOTING = """
import asyncio
import logging
import structlog
from bot.errors import PermanentError, quoted
from handlers.admin.logs import log_to_stderr
from storage.patience import describe

log_to_stderr()
# Not written out: newer Pythons show the lines of the program itself.
WHO = bytes.fromhex("6d617961").decode()
refused = PermanentError(f"main refuses: {quoted(f'“{WHO}@mail.example” is no e-mail')}")
structlog.get_logger("baton").info("not_written", why=str(refused))
logging.getLogger("storage.worker").error("gave up: %s; %s", describe(refused), describe(KeyError(f"{WHO}@mail.example")))
try:
    try:
        int(WHO)
    except ValueError as error:
        raise PermanentError(f"main: {quoted(error)}") from error
except PermanentError:
    structlog.get_logger("baton").exception("crm_not_read")
    logging.getLogger("baton.slack").exception("a command failed")

async def nobody_waits():
    async def fails():
        raise ValueError(WHO)
    asyncio.create_task(fails())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

asyncio.run(nobody_waits())
"""


def test_what_customers_and_servers_say_is_in_errors_for_people_and_in_no_log() -> None:
    done = subprocess.run([sys.executable, "-c", QUOTING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "why='main refuses: …'" in done.stderr
    assert "gave up: main refuses: …; KeyError: …" in done.stderr
    assert done.stderr.count("PermanentError: main: …") == 2
    assert "never retrieved" in done.stderr
    assert "maya" not in done.stderr.lower()


SERVER = """
import asyncio
from aiohttp import web
from handlers.admin.logs import log_to_stderr

async def broken(request):
    raise ValueError("ours")

async def main():
    application = web.Application()
    application.add_routes([web.get("/broken", broken)])
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    for said in (b"POST / HTTP/1.1\\r\\nContent-Length: a secret\\r\\n\\r\\n", b"GET /broken HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n"):
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        writer.write(said)
        print((await reader.readline()).split()[1].decode())
        writer.close()
    await runner.cleanup()

log_to_stderr()
asyncio.run(main())
"""


def test_what_is_no_http_is_logged_without_a_traceback_and_without_what_was_sent() -> None:
    done = subprocess.run([sys.executable, "-c", SERVER], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["400", "500"]
    stranger, ours = done.stderr.splitlines()
    assert "level='warning'" in stranger
    assert "BadHttpMessage" in stranger
    assert "Traceback" not in stranger
    assert "secret" not in stranger
    assert "level='error'" in ours
    assert "ValueError: …" in ours
