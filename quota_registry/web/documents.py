"""
The documents that are printed from the code, so that they cannot rot.

``manage.py write_docs`` writes them; ``manage.py write_docs --check`` and a test say which of
them no longer fit.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import override

from quota_registry.kernel import clauses, vocabulary
from quota_registry.kernel.permissions import GRANTS, Permission
from quota_registry.kernel.rulebook import RuleBook
from quota_registry.kernel.vocabulary import Role
from quota_registry.kernel.workflow import REGISTERED, Workflow
from reserve import promises
from reserve import vocabulary as stock

FLOORS: Final = ("quota_registry/kernel", "reserve", "monitoring", "parks", "allocation")
PRINTED: Final = "<!-- Printed from the code by `manage.py write_docs`; do not edit. -->\n"


def pages() -> dict[str, str]:
    """Return every printed document: its path below ``docs/`` and its text."""
    printed = {
        "rules/README.md": rules(),
        "rules/rulebook.md": rule_book(),
        "roles.md": roles(),
        "glossary.md": glossary(),
        "promises.md": promises.document(Path(settings.BASE_DIR) / "tests" / "attacks"),
    }
    for workflow in REGISTERED.values():
        printed[f"workflows/{workflow.name}.md"] = workflow_page(workflow)
    return {path: PRINTED + text for path, text in printed.items()}


def outdated(folder: Path) -> list[str]:
    """Return the paths of printed documents in *folder* that are missing or do not fit the code."""
    return [
        path
        for path, text in pages().items()
        if not (folder / path).exists() or (folder / path).read_text(encoding="utf-8") != text
    ]


def rules() -> str:
    """Print the notice, article by article, each with the code that carries it out."""
    carried = where_clauses_are_used(Path(settings.BASE_DIR))
    lines = ["# The articles and their code", ""]
    lines += [
        "Every article of the notice, sentence by sentence, with the modules that cite it.",
        "What a sentence leaves open is a parameter of the [rule book](rulebook.md).",
        "",
    ]
    for article in clauses.ARTICLES:
        lines += [f"## {article.number} {article.heading} · {article.heading_en}", ""]
        for clause in article.sentences:
            lines += [f"**{clause.key}** {clause.zh}", "", f"> {clause.en}", ""]
            for path in carried.get(clause.key, ()):
                lines.append(f"- [`{path}`](../../{path})")
            if clause.key in carried:
                lines.append("")
    return _text(lines)


def rule_book() -> str:
    """Print the shipped rule book: each parameter with the clause that leaves it open."""
    rows = RuleBook.default().to_document()["parameters"]
    lines = ["# The shipped rule book", ""]
    lines += ["| Clause | Parameter | 名称 | Default |", "|---|---|---|---|"]
    lines += [
        f"| {row['clause']} | `{row['name']}` | {row['label']} | {_cell(row['value'])} |"
        for row in rows
    ]
    return _text(lines)


def workflow_page(workflow: Workflow) -> str:
    """Print a workflow: a diagram and the table, row by row."""
    lines = [f"# Workflow: {workflow.name}", "", "```mermaid", "stateDiagram-v2"]
    birth = f": {workflow.birth[0]}" if workflow.birth[0] else ""
    lines.append(f"    [*] --> {workflow.initial}{birth}")
    drawn = {
        (str(source), row.verb, str(row.target))
        for source, row in workflow.rows()
        if source != row.target
    }
    lines += [f"    {source} --> {target}: {verb}" for source, verb, target in sorted(drawn)]
    lines += ["```", "", "| From | Verb | To | Who | Never the person who did | Posts |"]
    lines.append("|---|---|---|---|---|---|")
    for source, row in workflow.rows():
        both = " · ".join(_both(row.label))
        apart = ", ".join(row.apart)
        lines.append(
            f"| {source} | `{row.verb}` {both} | {row.target} | {row.permission} | {apart} |"
            f" {_both(row.posts)[-1] if row.posts else ''} |"
        )
    return _text(lines)


def roles() -> str:
    """Print the grant table: permissions down, roles across."""
    names = [_both(Role(role).label) for role in GRANTS]
    lines = ["# Who may do what", ""]
    lines += [f"- **{chinese}** {english}" for chinese, english in names]
    lines += ["", "| Permission | " + " | ".join(chinese for chinese, _ in names) + " |"]
    lines.append("|---" * (len(names) + 1) + "|")
    for permission in Permission:
        marks = ("●" if permission in granted else "" for granted in GRANTS.values())
        lines.append(f"| `{permission}` | " + " | ".join(marks) + " |")
    return _text(lines)


def glossary() -> str:
    """Print the terms of every vocabulary: identifier, Chinese, English."""
    lines = ["# Glossary", ""]
    for choices in _vocabularies():
        summary = (choices.__doc__ or "").strip().split("\n")[0]
        lines += [f"## {choices.__name__}", "", summary, ""]
        lines += ["| Identifier | 中文 | English |", "|---|---|---|"]
        for choice in choices:
            chinese, english = _both(choice.label)
            lines.append(f"| `{choice.value}` | {chinese} | {english} |")
        lines.append("")
    return _text(lines)


def where_clauses_are_used(root: Path) -> dict[str, list[str]]:
    """Map each clause's key to the modules (paths from *root*) that cite it by ``clause("…")``."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in _modules(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in {"clause", "parameter"}:
                for argument in node.args:
                    key = argument.value if isinstance(argument, ast.Constant) else None
                    if isinstance(key, str) and key in clauses.CLAUSES:
                        found[key].add(path.relative_to(root).as_posix())
    return {key: sorted(paths) for key, paths in found.items()}


def _modules(root: Path) -> Iterator[Path]:
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _vocabularies() -> Iterator[type[TextChoices]]:
    for module in (vocabulary, stock):
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


def _both(text: str | Promise) -> tuple[str, str]:
    with override("zh-hans"):
        chinese = str(text)
    with override("en"):
        return chinese, str(text)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|")


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"
