"""`python -m alliance`."""

from alliance.cli import main

if __name__ == "__main__":
    main()
