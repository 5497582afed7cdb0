"""The daemon that starts, watches, signals and ends every process of Botyard. It knows nothing about
trading.
"""
