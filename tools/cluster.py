#!/usr/bin/env python3
"""Run a command with a throw-away PostgreSQL on a spare loopback port: `cluster.py -- pytest ...`.

Finds the installed programs (no version is assumed), makes a cluster in a temporary folder, drops to an unprivileged
user when run as root (initdb refuses root), sets KHEO_DATABASE for the command, and removes everything at the end.
Exits with the command's status, or 69 with one line when PostgreSQL is not installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOT_INSTALLED = 69


def programs() -> Path | None:
    """The folder that holds initdb and postgres: pg_config's, PATH's, or the newest under the usual roots."""
    candidates: list[Path] = []
    if config := shutil.which("pg_config"):
        candidates.append(Path(subprocess.run([config, "--bindir"], capture_output=True, text=True).stdout.strip()))
    if initdb := shutil.which("initdb"):
        candidates.append(Path(initdb).resolve().parent)
    for root in ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt", "/usr/pgsql"):
        found = list(Path(root).glob("*/bin"))
        candidates += sorted(
            found, key=lambda p: [int(n) for n in p.parent.name.split(".") if n.isdigit()], reverse=True
        )
    return next((p for p in candidates if (p / "initdb").exists() and (p / "postgres").exists()), None)


def unprivileged() -> pwd.struct_passwd | None:
    """Whom to become when run as root: postgres, else nobody; None when not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit("PostgreSQL will not run as root and there is no user postgres or nobody to become.")


def spare_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def main(command: list[str]) -> int:
    where = programs()
    if where is None:
        print("PostgreSQL is not installed here; its tests were not run.", file=sys.stderr)
        return NOT_INSTALLED
    user = unprivileged()
    become = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    home = Path(tempfile.mkdtemp(prefix="kheo-pg-"))
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    data, port = home / "data", spare_port()
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}
    server: subprocess.Popen[bytes] | None = None
    try:
        subprocess.run(
            [where / "initdb", "-D", data, "-U", "kheo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            env=env,
            cwd=home,
            **become,
        )
        # A cluster that lives for one run needs no durability; tests of durability use their own settings.
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": home,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "max_connections": 60,
            "shared_buffers": "256MB",
        }
        arguments = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        log = (home / "log").open("wb")
        server = subprocess.Popen(
            [where / "postgres", "-D", data, *arguments], stdout=log, stderr=log, env=env, cwd=home, **become
        )
        for _ in range(150):
            ready = subprocess.run([where / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], env=env, cwd=home)
            if ready.returncode == 0:
                break
            if server.poll() is not None:
                print((home / "log").read_text(errors="replace")[-2000:], file=sys.stderr)
                return 1
            time.sleep(0.1)
        subprocess.run(
            [where / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "kheo", "kheo"],
            check=True,
            env=env,
            cwd=home,
        )
        address = f"postgres://kheo@127.0.0.1:{port}/kheo"
        return subprocess.run(command, env={**os.environ, "KHEO_DATABASE": address}).returncode
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # "fast": roll back, disconnect, stop
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    arguments = sys.argv[1:]
    sys.exit(main(arguments[1:] if arguments[:1] == ["--"] else arguments))
