"""The version of the product."""

from importlib import metadata


def version() -> str:
    try:
        return metadata.version("botyard")
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
