"""The strategies there are."""

from api import strategy_table
from api.blueprint import Resource
from api.models.reference import PageQuery, StrategiesAnswer, StrategyAnswer, StrategyItem, StrategyPath
from api.services import services
from schema.db.rows import StrategyRow

resource = Resource("strategies", "Strategies and their parameters")


@resource.get("/strategies", responses={200: StrategiesAnswer})
def list_strategies(query: PageQuery) -> StrategiesAnswer:
    """List strategies"""
    found = strategy_table.all_strategies(services())
    page = found[query.offset : query.offset + query.limit]
    return StrategiesAnswer.model_construct(
        success=True,
        strategies=[_item(row) for row in page],
        total=len(found),
        limit=query.limit,
        offset=query.offset,
    )


@resource.get("/strategies/<id>", responses={200: StrategyAnswer})
def get_strategy(path: StrategyPath) -> StrategyAnswer:
    """A strategy with the JSON Schema of its parameters"""
    return StrategyAnswer.model_construct(
        success=True, strategy=_item(strategy_table.get(services(), path.id))
    )


def _item(row: StrategyRow) -> StrategyItem:
    return StrategyItem.model_construct(
        id=row.id,
        name=row.name,
        description=row.description,
        supported_types=row.supported_types or [],  # type: ignore[arg-type]
        supported_markets=row.supported_markets or [],
        default_params=row.default_params or {},
        param_schema=row.param_schema or {},
        created_at=row.created_at,
        source=row.source,  # type: ignore[arg-type]
        file=row.file,
        error=row.error,
    )
