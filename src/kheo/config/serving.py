"""One process that keeps two things running: granian with the pages, and the sealer of the audit trail."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from kheo.audit.actions import fold_turns, seal
from kheo.base import clock
from kheo.base.errors import Refusal, Refused

SEAL_EVERY = 60.0  # seconds


def serve(*, host: str, port: int, workers: int, say: Callable[[str], None]) -> None:
    """Collect the static files, start granian on host:port, seal every minute; stop both on Ctrl-C or SIGTERM."""
    _must_be_set_up()
    call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
    # Two processes, one blocking thread each: more threads cost 2.5 times the CPU a request (design 1).
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--log-level", "warning",
        "kheo.config.wsgi:application",
    ]  # fmt: skip
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):  # before the server starts, or an early end would leave it behind
        signal.signal(name, lambda *_: stop.set())
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kheo.config.settings"}
    # A group of its own, so that no worker is left behind whatever becomes of its parent.
    server = subprocess.Popen(command, env=environment, process_group=0)  # noqa: S603 - our own words only
    say(_("Kheo answers at http://%(host)s:%(port)s/  (Ctrl-C ends)") % {"host": host, "port": port})
    try:
        waited = 0.0
        while not stop.wait(1.0) and server.poll() is None:
            waited += 1.0
            if waited >= SEAL_EVERY:
                waited = 0.0
                _seal()
    finally:
        if server.poll() is None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        _seal()
    if not stop.is_set() and server.returncode:
        text = _("The server stopped by itself; is port %(port)s taken by another program?") % {"port": port}
        raise Refused(Refusal("serve.stopped", text))


def _must_be_set_up() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM unit LIMIT 1")
            ready = cursor.fetchone() is not None
    except DatabaseError:
        ready = False
    if not ready:
        raise Refused(Refusal("serve.not_set_up", _("This database is not set up yet. Run: kheo init --accounts")))


def _seal() -> None:
    """A sealer that cannot write now tries again in a minute; the open tail stays verifiable meanwhile."""
    try:
        seal(known=clock.now())
        fold_turns()
    except DatabaseError as fault:
        print(_("The audit trail could not be sealed just now: %(reason)s") % {"reason": fault}, file=sys.stderr)  # noqa: T201
    finally:
        connection.close()
