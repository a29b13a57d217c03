"""The engine name under which the ORM finds the read-only connections to PostgreSQL."""

from alliance.kit.postgres import ReaderClient

client_class = ReaderClient
