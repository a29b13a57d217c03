"""The engine name under which the ORM finds the read-only SQLite connection."""

from alliance.kit.sqlite import ReaderClient

client_class = ReaderClient
