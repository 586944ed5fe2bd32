"""The command by itself: it needs no TensorFlow."""

import typer

from parity_tests.commands.resuming.command import resume

if __name__ == "__main__":
    typer.run(resume)
