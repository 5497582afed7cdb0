"""The kernel's arrays, handed over by their addresses: one small array is quicker to pass than twenty."""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload_attribute, register_model

from bots.core.compiled import layout as L
from bots.core.compiled.cache import kernel
from bots.core.compiled.state import Array, State

__all__ = ["Array", "State", "StateType", "copy_row", "state_of"]


class StateType(types.Opaque):
    """What `State` is to the kernel: the address of the table of addresses.

    To pass the arrays themselves to every function would take minutes to compile.
    """

    def __init__(self) -> None:
        super().__init__("BotyardState")


_STATE = StateType()
register_model(StateType)(models.OpaqueModel)


def _new_state(_typing: Any, address: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

    return _STATE(address), generate


def _new_pointer(_typing: Any, address: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

    return types.voidptr(address), generate


def _read_word(_typing: Any, state: Any, at: Any) -> Any:
    """A number of the table."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        return builder.load(builder.gep(builder.bitcast(args[0], word.as_pointer()), [args[1]]))

    return types.int64(state, at), generate


_carray: Any = getattr(numba, "carray")  # noqa: B009 - its stubs do not export it
_as_state: Any = intrinsic(_new_state)
_pointer: Any = intrinsic(_new_pointer)
_word: Any = intrinsic(_read_word)


def _give(name: str, at: int, dtype: type, columns: int) -> None:
    """Let the kernel read field `name` of the state, the array of row `at`."""

    def flat(state: Any) -> Any:
        def read(state: Any) -> Any:
            return _carray(_pointer(_word(state, 2 * at)), (_word(state, 2 * at + 1),), dtype)

        return read

    def rows(state: Any) -> Any:
        def read(state: Any) -> Any:
            return _carray(_pointer(_word(state, 2 * at)), (_word(state, 2 * at + 1), columns), dtype)

        return read

    overload_attribute(StateType, name)(rows if columns else flat)


_WIDTHS = {
    "orders": L.ORDER_COLUMNS,
    "order_floats": L.ORDER_FLOATS,
    "exits": L.EXIT_COLUMNS,
    "groups": L.GROUP_COLUMNS,
    "inbox": L.ORDER_COLUMNS,
    "inbox_floats": L.ORDER_FLOATS,
    "outbox": L.EVENT_COLUMNS,
    "trades": L.TRADE_COLUMNS,
    "trade_times": L.TIME_COLUMNS,
    "funding": L.FUNDING_COLUMNS,
}
_FLOATS = {
    *("f", "order_floats", "inbox_floats", "outbox", "trade_times"),
    *("sample_ts", "sample_equity", "sample_drawdown", "volume", "targets", "funding"),
}
for _at, _name in enumerate(State._fields):
    _give(_name, _at, np.float64 if _name in _FLOATS else np.int64, _WIDTHS.get(_name, 0))


@kernel
def state_of(table: Array) -> State:
    """The arrays whose addresses and lengths are the rows of `table`, in the order of `State`'s fields."""
    state: State = _as_state(table.ctypes.data)
    return state


@kernel
def copy_row(source: Array, row: int, target: Array, to: int) -> None:
    for at in range(source.shape[1]):
        target[to, at] = source[row, at]
