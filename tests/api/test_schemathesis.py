"""Random requests after the OpenAPI document: no 5xx, no answer outside of the schema.

503 is an answer that the document tells where a part is down: here no daemon runs, so a start says so.
"""

from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from schema.files.equity import EquityWriter
from schema.files.metrics import write_metrics
from tests.api.steps import Steps

Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
CHECKS = [
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
_BOUNDED = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def known(steps: Steps) -> dict[str, str]:
    """Ids and names of what there is, by the path parameters that they stand for."""
    id = steps.started().id
    steps.trades(id, 3)
    with steps.log(id) as log:
        log.write("info", "line")
        log.write("trade", "ENTRY", data={"side": "LONG"})
    home = steps.services.home
    with EquityWriter(home.equity(id), id, "sandbox", "XBTUSD", "BTC", 1) as curve:
        curve.append(1_706_000_000, 1.01, 0)
    write_metrics(home.metrics(id), {"trade_count": 3, "sharpe": None})
    steps.beat(id, run=1, trade_count=3, total_pnl=12.5, win_rate=66.67, progress={"done": 1, "total": 2})
    return {"id": id, "market": "XBTUSD", "strategy": "TestBot"}


def test_every_answer_is_one_that_the_document_tells(known: dict[str, str], steps: Steps) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", steps.client.application)
    results = list(document.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results)
    assert len(operations) > 30
    for operation in operations:
        _exercise(operation, known)


def _exercise(operation: Operation, known: dict[str, str]) -> None:
    @_BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def valid(case: Case) -> None:
        _check(case, known)

    @_BOUNDED
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def invalid(case: Case) -> None:
        _check(case, known)

    valid()
    with suppress(Unsatisfiable):  # nothing about a request without input can be invalid
        invalid()


def _check(case: Case, known: dict[str, str]) -> None:
    """The request as it was made up, then with what there is in its path."""
    _answer(case)
    if case.path_parameters and case.method != "DELETE":
        is_strategy = case.path.startswith("/strategies")
        case.path_parameters = {
            name: known["strategy" if is_strategy else name] for name in case.path_parameters
        }
        _answer(case)


def _answer(case: Case) -> None:
    answer = case.call()
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    if case.path == "/sessions/check" and answer.status_code == 200:  # what is wrong is told in the answer
        if case.meta and case.meta.generation.mode is GenerationMode.NEGATIVE:
            assert answer.json()["valid"] is False, case.body
        case.validate_response(answer, checks=[one for one in CHECKS if one is not negative_data_rejection])
        return
    case.validate_response(answer, checks=CHECKS)
