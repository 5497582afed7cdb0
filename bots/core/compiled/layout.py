"""Where everything stands in the kernel's arrays. Levels are multiples of a tick, sizes multiples of a lot.

Money that is carried is a double-double (two floats in `f`), money that is booked is in units of 1e-8.
"""

# Whole numbers `i`: the contract, as ratios of whole numbers.
(
    INVERSE,  # 1 for an inverse contract
    VALUE_UP,  # value of a lot: see books.value_of
    VALUE_DOWN,
    PRICE_UP,  # price of a level = PRICE_UP / PRICE_DOWN
    PRICE_DOWN,
    SIZE_UP,  # size of a lot = SIZE_UP / SIZE_DOWN
    SIZE_DOWN,
    IN_COINS,  # 1 where a unit of the settlement currency is worth the contract's price in dollars
    # Assumptions.
    SPREAD,
    SLIPPAGE_TICKS,
    HAS_SLIPPAGE,
    AT_TOUCH,
    PESSIMISTIC,
    STEPS,
    # What the session wants.
    HANDLES_BARS,
    HANDLES_FILLS,
    HANDLES_FUNDING,
    FOLLOWS_TARGETS,
    WRITES_LOG,
    WARMUP,
    # Where the run stands.
    STARTED,
    CANDLES,
    FIRST,
    CANDLE,
    PHASE,
    STEP,
    BARS,
    BAR,
    STOP_BAR,
    STOP_CANDLE,
    FUNDINGS,
    FUNDING,
    NEXT_ID,
    INBOX,
    OUTBOX,
    OPEN,
    FREE,
    EXITS,
    REARMED,
    GROUPS,
    TRADES,
    SAMPLES,
    UNTOLD,
    BARS_CLOSED,
    WAKE_BAR,
    AT_ONCE,
    QUOTE_CANDLE,
    QUOTE_STEP,
    ALL_LOW,
    ALL_HIGH,
    # The market.
    MARK,
    BID,
    ASK,
    HAS_TICK,
    RANGE_LOW,
    RANGE_HIGH,
    IN_CANDLE,
    FIRES_LOW,
    FIRES_HIGH,
    STALE,
    SIDE,
    # The books.
    CASH,
    WINS,
    EARNED_USD,
    AMBIGUOUS,
    AMBIGUOUS_NOW,
    DECIDED,
    # The open round trip.
    DIRECTION,
    ENTERED,
    LEFT,
    ENTRY_REASON,
    EXIT_REASON,
    LOWEST,
    HIGHEST,
    ENTRY_BARS,
    TRIP_CASH,
    TRIP_GROSS,
    TRIP_FEES,
    TRIP_FUNDING,
    EXIT_MARK,
    EPOCH,
    INTS,
) = range(82)

# Floats `f`; those marked 2 are double-doubles.
SLIPPAGE_RATE, SLIPPAGE_IMPACT, BASE, NOW, PEAK, DEEPEST, VOLUME, EXPIRY, ENTRY_TIME, EXIT_TIME, WANTED = (
    range(11)
)
LEVERAGE, MAINTENANCE, TAKER_FEE, MAKER_FEE = 12, 14, 16, 18  # 2
ENTRY_VALUE, EXIT_VALUE, OPEN_COST, GROSS, FEES, FUNDED, SLIPPAGE = 20, 22, 24, 26, 28, 30, 32  # 2
FLOATS = 34

# Columns of an order.
(
    ID,
    BUY,  # 1 buys, -1 sells
    TYPE,
    SIZE,
    FILLED,
    PRICE,  # 0: none, as of the further levels
    TRIGGER,
    TRAIL,
    STOP,
    TARGET,
    REARM,
    REDUCE,
    POST_ONLY,
    IN_FORCE,
    OCO,
    TAG,
    REASON,
    LABEL,  # what a trade tells as its reason: the reason, or the tag where there is none
    REFERENCE,  # in half levels
    TRIGGERED,
    TAKING,
    STATE,
    KNOWN,  # 1 where somebody holds the order and must hear of all that happens to it
    KIND,  # in the inbox: what is asked for
    GROUP,  # in the inbox: orders that are taken on together or not at all
    ORDER_COLUMNS,
) = range(26)
CREATED, EXPIRES, ORDER_FLOATS = range(3)

MARKET, LIMIT, STOP_ORDER, STOP_LIMIT, TAKE_PROFIT, TAKE_PROFIT_LIMIT, TRAILING_STOP = range(7)
GTC, IOC, FOK, GTD = range(4)
WORKING, PARTLY_FILLED, FILLED_WHOLE, CANCELLED, EXPIRED, REJECTED, NOT_SENT = range(7)
TAG_ENTRY, TAG_EXIT, TAG_STOP, TAG_TARGET, TAG_LIQUIDATION, TAG_REBALANCE = range(6)
# Texts that the kernel itself gives as reasons; a strategy's own follow.
TEXTS = (
    "",
    "stop-loss",
    "take-profit",
    "liquidation",
    "end of range",
    "target",
    "entry",
    "exit",
    "stop",
    "rebalance",
)
TEXT_NONE, TEXT_STOP, TEXT_TARGET, TEXT_LIQUIDATION, TEXT_END, TEXT_TARGETS = range(6)

# What is asked for in the inbox.
ASK_NEW, ASK_CANCEL, ASK_AMEND = range(3)

# Columns of an event in the outbox.
(
    E_KIND,
    E_ID,
    E_TIME,
    E_BUY,
    E_SIZE,
    E_LEVEL,
    E_MAKER,
    E_REFERENCE,
    E_TAG,
    E_REASON,
    E_LEAVING,
    E_ENTRY_PRICE,
    E_PNL,
    E_CLOSED,
    E_TOLD,  # 1 for a fill that the strategy hears of
    E_SAMPLES,
    E_TRADES,
    EVENT_COLUMNS,
) = range(18)
E_NEEDED, E_EQUITY, E_WHY = E_SIZE, E_LEVEL, E_MAKER
EV_FILL, EV_REFUSED, EV_CANCELLED, EV_EXPIRED, EV_SHRUNK, EV_WOKEN, EV_MOVED, EV_FUNDED = range(8)
(
    WHY_NOTHING_TO_REDUCE,
    WHY_MARGIN,
    WHY_WOULD_CROSS,
    WHY_STOP,
    WHY_EXPIRED,
    WHY_PRICE,
    WHY_TRAIL,
) = range(1, 8)

# Columns of a closed trade; money in units.
(
    R_SIDE,
    R_BARS,
    R_ENTRY_REASON,
    R_EXIT_REASON,
    R_SIZE,
    R_ENTRY_PRICE,
    R_EXIT_PRICE,
    R_GROSS,
    R_FEES,
    R_FUNDING,
    R_SLIPPAGE,
    R_PNL,
    R_USD,
    R_MAE,
    R_MFE,
    R_MARK,
    TRADE_COLUMNS,
) = range(17)

# Phases of a candle, and why the kernel comes back.
AT_OPEN, AT_BARS, AT_WAY, ON_WAY, AT_END = range(5)
DONE, TELL_FILLS, TELL_BAR, TELL_FUNDING, MAKE_ROOM, PAUSED, TELL_START = range(7)
# How the inbox is taken: when the bar is closed; at once; at once and without going on.
AT_BAR, IMMEDIATELY, ONLY = range(3)

NEVER = 1 << 62

EXIT_COLUMNS, GROUP_COLUMNS, TIME_COLUMNS, FUNDING_COLUMNS = 5, 2, 2, 5
