"""What people write: folding scripts, reading numbers, finding what must not be stored. Pure."""
