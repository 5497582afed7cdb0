"""Whether our packages are ours: PyPI has a `schema` and a `supervisor` too; pip overwrites in silence."""

from collections.abc import Mapping, Sequence
from importlib.metadata import packages_distributions

DISTRIBUTION = "botyard"
PACKAGES = ("api", "bots", "cli", "schema", "supervisor")


class ForeignPackages(Exception):
    """Another installed distribution owns a name of ours; the text says which, and what to do."""


def foreign_owners(owners: Mapping[str, Sequence[str]] | None = None) -> dict[str, list[str]]:
    """Our packages that another installed distribution claims, each with those distributions.

    Args:
        owners: distributions by package; by default what is installed.
    """
    installed = packages_distributions() if owners is None else owners
    claimed = {name: sorted(set(installed.get(name, ())) - {DISTRIBUTION}) for name in PACKAGES}
    return {name: others for name, others in claimed.items() if others}


def require_own_packages() -> None:
    """Raises ForeignPackages where one of our packages may have been overwritten."""
    claimed = foreign_owners()
    if not claimed:
        return
    told = "; ".join(f"'{name}' belongs to {', '.join(others)} too" for name, others in claimed.items())
    distributions = " ".join(sorted({other for others in claimed.values() for other in others}))
    raise ForeignPackages(
        f"packages of Botyard are claimed by other distributions here: {told}. Files of one may have "
        f"overwritten the other's. Run Botyard in a virtual environment of its own ('make up' makes one), or "
        f"run 'pip uninstall {distributions}' and install Botyard again."
    )
