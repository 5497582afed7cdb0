"""GET /metrics/catalogue"""

from flask.testing import FlaskClient

from schema.metrics_catalogue import CATALOGUE, COLUMNS, GROUPS


def test_every_figure_is_told_in_its_group_and_in_order(client: FlaskClient) -> None:
    told = client.get("/metrics/catalogue").get_json()
    assert {group["title"]: [one["key"] for one in group["figures"]] for group in told["groups"]} == GROUPS
    assert [group["title"] for group in told["groups"]] == list(GROUPS)
    for group in told["groups"]:
        for one in group["figures"]:
            assert (one["label"], one["unit"], one["meaning"]) == CATALOGUE[one["key"]]


def test_columns_of_tables_are_told_too(client: FlaskClient) -> None:
    columns = client.get("/metrics/catalogue").get_json()["columns"]
    assert {one["key"]: (one["label"], one["unit"], one["meaning"]) for one in columns} == COLUMNS
    assert [one["key"] for one in columns] == list(COLUMNS)
