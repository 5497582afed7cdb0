"""The paper broker: fills orders against real or recorded prices, and sends none."""
