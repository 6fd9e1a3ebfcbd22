"""The transition tables as people read them: one diagram each, in the language of the developers."""

from collections.abc import Mapping

from amh.core.states import Transitions

HEAD = """# States

Each noun with a state has a table of the pairs allowed, beside the enum that names them; a pair that is not in it is
refused. This page is written by `manage.py states`; a test keeps it current.
"""


def page(tables: Mapping[str, Transitions]) -> str:
    """The whole of ``docs/states.md``, in Markdown with Mermaid diagrams."""
    return "\n".join([HEAD, *(_section(tables[name]) for name in sorted(tables))])


def _section(table: Transitions) -> str:
    names = (f"    {state.value} : {state.label}" for state in table.states)
    pairs = (f"    {old} --> {new}" for old in table.allowed for new in table.states.values if table.allows(old, new))
    return "\n".join([f"## {table.name}\n", "```mermaid", "stateDiagram-v2", *names, *pairs, "```\n"])
