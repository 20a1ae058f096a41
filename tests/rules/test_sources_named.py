"""§3, §11–13: which sentence of the notice names each kind of source."""

from __future__ import annotations

import pytest

from reserve.rules.sources import named_by
from reserve.vocabulary import SourceKind


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (SourceKind.INFRASTRUCTURE, "11.2"),
        (SourceKind.CAPACITY_WORKS, "11.2"),
        (SourceKind.RURAL_SEWAGE, "12.1"),
        (SourceKind.BUFFER_ZONE, "12.1"),
        (SourceKind.CLEAN_PRODUCTION, "13.1"),
        (SourceKind.CLOSURE, "3.1"),
        (SourceKind.DEEP_TREATMENT, "3.1"),
    ],
)
def test_each_kind_of_source_is_named_by_the_notice(kind: SourceKind, key: str) -> None:
    assert named_by(kind).key == key
