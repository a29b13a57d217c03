"""Glue to libraries: clock, ids, database, GraphQL, paging, messages. No business words."""
