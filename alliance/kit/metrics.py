"""Counts for Prometheus: how often, how long and with which outcome; labels are names of our own only."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from alliance.kit.watching import Watched

__all__ = ["CONTENT_TYPE", "FOLDER_PREFIX", "SHARED_FOLDER", "forget_folder", "forget_process", "note", "text"]

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # the library's variable: where several processes keep their counts
FOLDER_PREFIX = "alliance-metrics-"  # of those that the service makes itself
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)  # the deadline of an operation is 5 s

disable_created_metrics()  # type: ignore[no-untyped-call]  # when each label was first seen: as many lines again, which nobody reads
REQUESTS = Counter("alliance_requests", "Requests answered.", ("route", "operation", "outcome"))
DURATION = Histogram("alliance_request_seconds", "From head to answer.", ("route", "operation"), buckets=SECONDS)
TASKS = Gauge("alliance_tasks", "Tasks of the event loop when looked at.", multiprocess_mode="livemostrecent")


def note(route: str, watched: Watched, seconds: float) -> None:
    """Count one request."""
    REQUESTS.labels(route, watched.operation, watched.outcome).inc()
    DURATION.labels(route, watched.operation).observe(seconds)


def text() -> bytes:
    """All counts in Prometheus' text form; of several processes together where they share a folder."""
    TASKS.set(len(asyncio.all_tasks()))
    if SHARED_FOLDER not in os.environ:
        return generate_latest()
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def forget_process(number: int) -> None:
    """Drop what was only true while the process lived; what it counted stays."""
    if SHARED_FOLDER in os.environ:
        mark_process_dead(number)  # type: ignore[no-untyped-call]


def forget_folder() -> None:
    """Drop the folder of the counts, for a process that is gone and had made it."""
    folder = Path(os.environ.get(SHARED_FOLDER, ""))
    if folder.name.startswith(FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
