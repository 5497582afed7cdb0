"""`botyard strategies` and `botyard markets`: what there is to choose from."""

from typing import Any

import click

from cli import output
from cli.client import Api
from cli.commands.session import pass_api
from cli.options import as_json


@click.command()
@click.argument("strategy", required=False)
@as_json
@pass_api
def strategies(api: Api, /, strategy: str | None, as_json: bool) -> None:
    """List strategies, or show one with its parameters."""
    if strategy:
        answer = api.get(f"/strategies/{strategy}")
        output.print_json(answer) if as_json else _show(answer["strategy"])
        return
    answer = api.get("/strategies")
    if as_json:
        output.print_json(answer)
        return
    output.print_table(answer["strategies"], _STRATEGIES, "No strategies: is the supervisor running?")


@click.command()
@click.option("--exchange", help="Default: the installation's exchange.")
@click.option("--search", help="Only markets in whose names this occurs.")
@as_json
@pass_api
def markets(api: Api, /, exchange: str | None, search: str | None, as_json: bool) -> None:
    """List markets, documented ones first, and what is recorded of them."""
    answer = _all_markets(api, exchange, search)
    if as_json:
        output.print_json(answer)
        return
    output.print_table(answer["markets"], _MARKETS, "No markets.")


def _all_markets(api: Api, exchange: str | None, search: str | None) -> dict[str, Any]:
    """Every page as one answer."""
    answer = api.get("/markets", exchange=exchange, search=search, limit=_PAGE)
    found = answer["markets"]
    while found and len(found) < answer["total"]:
        page = api.get("/markets", exchange=exchange, search=search, limit=_PAGE, offset=len(found))
        if not page["markets"]:
            break
        found += page["markets"]
    return {**answer, "limit": max(len(found), 1)}


def _show(found: dict[str, Any]) -> None:
    output.print_facts([(title, cell(found)) for title, cell in _STRATEGIES if cell(found)])
    properties = (found.get("param_schema") or {}).get("properties", {})
    rows = [{"name": name, **schema} for name, schema in properties.items()]
    click.echo()
    output.print_table(rows, _PARAMETERS, "No parameters.")


def _limits(schema: dict[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return (
        ""
        if low is None and high is None
        else f"{'' if low is None else low} .. {'' if high is None else high}"
    )


_PAGE = 200
_STRATEGIES: list[output.Column] = [
    ("Id", lambda s: s["id"]),
    ("Types", lambda s: ", ".join(s.get("supported_types") or [])),
    ("Markets", lambda s: ", ".join(s.get("supported_markets") or [])),
    ("Description", lambda s: s.get("description") or ""),
    ("Error", lambda s: s.get("error") or ""),
]
_PARAMETERS: list[output.Column] = [
    ("Parameter", lambda p: p["name"]),
    ("Type", lambda p: str(p.get("type", ""))),
    ("Default", lambda p: str(p.get("default", ""))),
    ("Limits", _limits),
    ("Description", lambda p: p.get("description", "")),
]
_MARKETS: list[output.Column] = [
    ("Market", lambda m: m["market"]),
    ("Exchange", lambda m: m["exchange"]),
    ("Kind", lambda m: m["kind"]),
    ("Tick", lambda m: f"{m['tick']:g}"),
    ("Lot", lambda m: f"{m['lot']:g}"),
    ("Last data", lambda m: output.clock(m.get("last_data"))),
    ("Scraping", lambda m: "yes" if m.get("scraping") else ""),
    ("Not tradable because", lambda m: m.get("obstacle") or ""),
]
