"""The command line, one small file per command group; `app.__main__` calls `commands.run`."""
