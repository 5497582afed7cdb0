"""What a test asks the kernel about processes."""

from schema.processes import all_pids, read_stat


def group_of(leader: int) -> list[int]:
    """Living processes of a process group."""
    found = (read_stat(pid) for pid in all_pids())
    return [
        stat.pid for stat in found if stat is not None and stat.group == leader and stat.state not in "ZX"
    ]
