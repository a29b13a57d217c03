"""A folder of sheets goes into an empty database whole, or not at all."""
