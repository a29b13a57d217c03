"""The shared activity base and its rooms."""
