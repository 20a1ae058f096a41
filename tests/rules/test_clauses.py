"""The notice is quoted whole and word for word."""

from __future__ import annotations

import hashlib

import pytest
from django.utils import translation

from quota_registry.kernel import clauses


def test_every_article_and_principle_is_there_in_order() -> None:
    numbers = [article.number for article in clauses.ARTICLES]

    assert numbers == [
        *(f"P{n}" for n in range(1, 5)),
        *(str(n) for n in range(1, 26)),
        *(f"YRD{n}" for n in range(1, 7)),
    ]


def test_the_city_plan_is_quoted_without_a_missing_or_changed_character() -> None:
    city = "".join(a.zh for a in clauses.ARTICLES if not a.number.startswith("YRD"))

    # The digest was taken once from the notice itself, its four principles and 25 articles.
    assert hashlib.sha256(city.encode()).hexdigest() == (
        "9e297f83d5dae891701c48e96aafa1cb075cfa317b43d296947fbcd58cee9794"
    )


@pytest.mark.parametrize(
    ("key", "begins"),
    [
        ("3.2", "对已用于完成约束性总量减排任务的"),
        ("7.1", "战略性新兴产业新建、扩建项目"),
        ("7.2", "其他所有建设项目"),
        ("P3.1", "开展重点工程减排量核算"),
    ],
)
def test_a_sentence_is_found_by_its_key(key: str, begins: str) -> None:
    assert clauses.clause(key).zh.startswith(begins)


def test_a_bare_number_is_the_whole_article() -> None:
    whole = clauses.clause("7")

    assert whole.zh == "".join(clauses.clause(f"7.{n}").zh for n in range(3))


def test_every_clause_has_an_english_gloss_of_its_own() -> None:
    glosses = [c.en for key, c in clauses.CLAUSES.items() if "." in key]

    assert all(gloss.isascii() or "“" in gloss for gloss in glosses)
    assert len(set(glosses)) == len(glosses)


def test_a_clause_speaks_the_language_of_its_reader() -> None:
    with translation.override("zh-hans"):
        assert clauses.clause("3.2").reference == "第3条"
        assert str(clauses.clause("3.2")).endswith("不得纳入储备库储备。")
    with translation.override("en"):
        assert "may not enter the reserve" in str(clauses.clause("3.2"))


def test_an_unknown_key_is_refused_by_name() -> None:
    with pytest.raises(clauses.NoSuchClause, match="26"):
        clauses.clause("26.1")
