"""`alliance serve`, and the one way in which a server is started and ended here."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Annotated, TypeAlias

import typer
import uvicorn

from alliance.app import make_app
from alliance.cli.opening import DatabaseOption, checked_url, database, settings, shown
from alliance.cli.terminal import CommandError, note, run
from alliance.cli.workers import FAILED_TO_START, supervise
from alliance.journal.sealing import require_key
from alliance.kit import logs
from alliance.kit.checking import room_for_connections
from alliance.kit.database import POSTGRES_CONNECTIONS, is_postgres
from alliance.kit.metrics import FOLDER_PREFIX, SHARED_FOLDER
from alliance.settings import HIGHEST_PORT, Settings

BACKLOG = 2048
MOST_WORKERS = 64
IN_MEMORY = "/dev/shm"  # Linux'; the counts are mapped files, and on a full disk each write to one kills its process
SECONDS_TO_FINISH = 10  # SAFETY C14: answered in full, and gone within 10 s
SIGNALS = (signal.SIGINT, signal.SIGTERM)

OnSignal: TypeAlias = Callable[[int, FrameType | None], object]
PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=HIGHEST_PORT,
        help="The port to listen on; 0 takes any free one. Without it ALLIANCE_PORT decides, then 8000.",
        show_default=False,
    ),
]


class Server(uvicorn.Server):
    """Ends on Ctrl-C and SIGTERM like any other function: by returning, so that whoever started it can tidy up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with on_signals(self.handle_exit):
            yield


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; 127.0.0.1 is this computer only.", show_default=False)
    ] = None,
    port: PortOption = None,
    database: DatabaseOption = None,
    workers: Annotated[
        int, typer.Option(min=1, max=MOST_WORKERS, help="How many processes answer; more than one need PostgreSQL.")
    ] = 1,
) -> None:
    """Serve the GraphQL API at /graphql until Ctrl-C or SIGTERM.

    The database must be migrated. Without options the variables ALLIANCE_HOST, ALLIANCE_PORT and ALLIANCE_DATABASE
    decide; behind a reverse proxy ALLIANCE_PROXIES names its address, so that tries to sign in are counted per caller.
    ALLIANCE_HOTLINE is the reporting number shown to whoever writes about harm, ALLIANCE_IDE=on serves the
    query editor GraphiQL, ALLIANCE_METRICS_TOKEN opens /metrics to whoever brings it. /healthz answers while the
    process lives, /readyz when the database does too. The log goes to stdout, one JSON object a line.
    """
    run(_serve(host, port, database, workers))


def server(to_serve: Settings) -> Server:
    """A server of the whole application, not yet started."""
    return Server(
        uvicorn.Config(
            make_app(to_serve),
            lifespan="on",
            log_config=None,  # what the library says goes where our own lines go
            proxy_headers=bool(to_serve.proxies),  # or anybody could write an address of his choice and try passwords
            forwarded_allow_ips=list(to_serve.proxies),
            access_log=False,  # SAFETY F5: what callers send never reaches a log
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )


def serve_alone(to_serve: Settings, listener: socket.socket) -> int:
    """Serve until told to end, as a process of its own; the exit code."""
    logs.begin(sys.stdout)
    alone = server(to_serve)
    alone.run(sockets=[listener])
    return 0 if alone.started else FAILED_TO_START


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises CommandError, with the way out, when the port or the host cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # the protocol is named, or asyncio leaves Nagle on, and answers on a kept connection wait 40 ms
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise CommandError(_why_not(error, host, port)) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """Where browsers and programs find it: `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def on_signals(do: OnSignal) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM call `do` meanwhile."""
    before = [(number, signal.signal(number, do)) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


async def _serve(host: str | None, port: int | None, url: str | None, workers: int) -> None:
    told = settings()
    to_serve = replace(
        told,
        database=checked_url(url),
        host=told.host if host is None else host,
        port=told.port if port is None else port,
    )
    _refuse_several_on_sqlite(to_serve.database, workers)
    async with database(to_serve.database):
        await _refuse_too_many_connections(workers)
        await require_key()  # refused here, in one line, as when the database is not there or not migrated
    with listening(to_serve.host, to_serve.port) as listener:
        note(f"Serving {address_of(listener)}/graphql from {shown(to_serve.database)}. Ctrl-C ends it.")
        if workers == 1:
            logs.begin(sys.stdout)
            await server(to_serve).serve(sockets=[listener])
        else:
            await _serve_by_several(to_serve, listener, workers)


async def _serve_by_several(to_serve: Settings, listener: socket.socket, workers: int) -> None:
    told_to_end = threading.Event()
    with _counting_together(), on_signals(lambda number, frame: told_to_end.set()):
        await supervise(partial(serve_alone, to_serve), listener, workers, is_ending=told_to_end.is_set)


@contextmanager
def _counting_together() -> Iterator[None]:
    """Have the processes started meanwhile keep their counts in one folder, so that each tells those of all."""
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX, dir=place) as folder:
        os.environ.setdefault(SHARED_FOLDER, folder)
        yield


def _refuse_several_on_sqlite(url: str, workers: int) -> None:
    if workers > 1 and not is_postgres(url):
        raise CommandError(
            f"{shown(url)} is an SQLite file, which one process serves: a second one would wait for the first at every "
            "write. Leave out --workers, or take the data to PostgreSQL: alliance copy FROM TO."
        )


async def _refuse_too_many_connections(workers: int) -> None:
    """Every process opens as many; the server has a limit for all its clients together."""
    room = await room_for_connections()
    if room is None:
        return
    wanted = workers * POSTGRES_CONNECTIONS
    asks = f"{workers} processes × {POSTGRES_CONNECTIONS} connections = {wanted}"
    if wanted > room.limit:
        raise CommandError(
            f"{asks}, and the server admits {room.limit} (max_connections without the reserved ones). "
            f"Use --workers {max(1, room.limit // POSTGRES_CONNECTIONS)}, or raise max_connections."
        )
    if wanted > room.limit - room.used:
        note(f"{asks}, and other clients use {room.used} of the {room.limit} that the server admits.")


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program. End that one, or choose another: --port {_next(port)}."
    if error.errno == errno.EACCES:
        return f"This user may not listen on port {port}. Choose one from 1024 up: --port 8000."
    return f"Cannot listen on {host}:{port}: {error.strerror or error}. Use --host 127.0.0.1 for this computer only."


def _next(port: int) -> int:
    return port + 1 if port < HIGHEST_PORT else port - 1
