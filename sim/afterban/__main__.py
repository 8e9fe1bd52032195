"""``python -m afterban``: the same as the command ``afterban``."""

from afterban.cli import command

if __name__ == "__main__":
    command()
