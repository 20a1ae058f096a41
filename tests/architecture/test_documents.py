"""The documents that are printed from the code fit the code."""

from pathlib import Path

from django.conf import settings

from quota_registry.web import documents


def test_printed_documents_are_current() -> None:
    assert documents.outdated(Path(settings.BASE_DIR) / "docs") == []


def test_every_article_that_the_stock_carries_out_is_cited_in_its_code() -> None:
    carried = documents.where_clauses_are_used(Path(settings.BASE_DIR))
    cited = {key.split(".")[0] for key in carried}
    assert {"2", "3", "4", "11", "12", "13", "21", "23"} <= cited
