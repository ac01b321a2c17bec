"""The command line: a command parses, calls one library function, prints."""

from autoseg.cli.main import main

__all__ = ["main"]
