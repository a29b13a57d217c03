"""What the database itself promises, on both engines."""
