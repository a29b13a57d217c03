"""Several server processes behind one address: started, replaced when they die, ended together."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from typing import TypeAlias

from alliance.cli.terminal import CommandError, note
from alliance.kit.metrics import forget_folder, forget_process

FAILED_TO_START = 3  # the exit code of a worker that never answered: another one would not either
SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_BETWEEN_STARTS = 1.0  # so that a worker that dies at once is not started ten times a second
SECONDS_TO_END = 20.0  # a worker's own limit is half of it

Work: TypeAlias = Callable[[socket.socket], int]

multiprocessing.allow_connection_pickling()
_spawn = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    started_at: float = field(default_factory=time.monotonic)


async def supervise(work: Work, listener: socket.socket, number: int, *, is_ending: Callable[[], bool]) -> None:
    """Have `number` processes do `work` on one listening socket until `is_ending`; then close it and end them all.

    `work` returns the exit code of its process. Raises CommandError when a worker cannot start.
    """
    workers: list[_Worker] = []
    try:
        while len(workers) < number:
            workers.append(_started(work, listener))
        note(f"Workers: {', '.join(str(worker.process.pid) for worker in workers)}.")
        while not is_ending():
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            workers = [await _kept(worker, work, listener, is_ending) for worker in workers]
    finally:
        listener.close()  # the workers close theirs: a newcomer is refused at once and waits for nobody
        await _end([worker.process for worker in workers])


def _started(work: Work, listener: socket.socket) -> _Worker:
    """A new worker. Ctrl-C reaches it only once it serves: while it loads, it would leave with a traceback."""
    process = _spawn.Process(target=_do, args=(work, listener))
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, handler)
    return _Worker(process)


async def _kept(worker: _Worker, work: Work, listener: socket.socket, is_ending: Callable[[], bool]) -> _Worker:
    """The worker while it lives, and another in its place once it died."""
    code = worker.process.exitcode
    if code is None or is_ending():
        return worker
    if code == FAILED_TO_START:
        raise CommandError("A worker could not start; why stands above. Nothing is served.")
    await asyncio.sleep(max(0.0, worker.started_at + SECONDS_BETWEEN_STARTS - time.monotonic()))
    forget_process(worker.process.pid or 0)
    fresh = _started(work, listener)
    note(f"Worker {worker.process.pid} has ended ({code}); {fresh.process.pid} takes its place.")
    return fresh


async def _end(processes: list[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + SECONDS_TO_END
    for process in processes:
        await asyncio.to_thread(process.join, max(0.0, until - time.monotonic()))
        if process.exitcode is None:
            process.kill()
            await asyncio.to_thread(process.join)


def _do(work: Work, listener: socket.socket) -> None:
    """What a worker process does; it ends when the process that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    code = work(listener)
    if not parent.is_alive():
        forget_folder()
    sys.exit(code)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
