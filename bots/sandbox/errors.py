"""The exchange's own errors, by its codes."""


class ExchangeError(Exception):
    """A refusal, told as `retCode` and `retMsg` in an answer of HTTP status 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


def bad_parameter(what: str) -> ExchangeError:
    return ExchangeError(10001, f"params error: {what}")


def unknown_symbol() -> ExchangeError:
    return ExchangeError(10001, "Not supported symbols")


INVALID_KEY = (10003, "API key is invalid.")
BAD_SIGNATURE = (10004, "error sign! please check your signature generation algorithm.")
TOO_MANY = (10006, "Too many visits. Exceeded the API Rate Limit.")
NO_ORDER = (110001, "order not exists or too late to cancel")
PRICE_OUT_OF_RANGE = (110003, "Order price exceeds the allowable range.")
TOO_LITTLE_MARGIN = (110007, "ab not enough for new order")
TOO_MANY_CONDITIONAL = (110009, "The number of stop orders exceeds the maximum allowable limit.")
LEVERAGE_TOO_HIGH = (110013, "cannot set leverage gt maxLeverage by risk limit")
NO_POSITION_TO_REDUCE = (110017, "current position is zero, cannot fix reduce-only order qty")
TOO_MANY_ORDERS = (110020, "Not allowed to have more than 500 active orders.")
MODE_UNCHANGED = (110025, "Position mode is not modified")
LEVERAGE_UNCHANGED = (110043, "Set leverage has not been modified.")
DUPLICATE_LINK = (110072, "OrderLinkedID is duplicate")
TRIGGER_NOT_RISING = (110092, "expect Rising, but trigger_price <= current")
TRIGGER_NOT_FALLING = (110093, "expect Falling, but trigger_price >= current")
BELOW_MINIMUM = (110094, "Order does not meet minimum order value")
NOT_MODIFIED = (10001, "The order remains unchanged as the parameters entered match the existing ones.")


def refuse(error: tuple[int, str]) -> ExchangeError:
    return ExchangeError(*error)
