"""Our fields as a target calls them; the nearest where it has none, and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from query.dialects.model import nearest_names
from query.dialects.nodes import Heading
from query.dialects.slashes import written_heading

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.tree import Tree


_TAGGED = {"square": '"{text}"[{tag}]', "call": '{tag}("{text}")'}


class Fields:
    """Finds tags for one target."""

    def __init__(self, dialect: Dialect, context: Context) -> None:
        self.dialect = dialect
        self.context = context
        rules = dialect.rules
        self.kinds = rules.headings.value.tags if rules.headings else {}
        self.tags: dict[tuple[str, ...], str] = {}
        for tag, names in rules.tags.value.items():
            if names and not self.kinds.get(tag):
                self.tags.setdefault(names, tag)

    def tag(self, names: tuple[str, ...], tree: Tree) -> str | None:
        """The tag for one of our names; None where all fields are searched in its stead."""
        name = names[0]
        if (name,) in self.tags:
            return self.tags[name,]
        wider, kind = name, self.context.vocabulary.kind(name)
        while wider in nearest_names() and (wider,) not in self.tags:
            wider = nearest_names()[wider]
        if (wider,) in self.tags:
            self._lost(name, f"{self.tags[wider,]} stands in its place", tree)
            return self.tags[wider,]
        around = [names for names in self.tags if name in names]
        if around:
            tag = self.tags[min(around, key=len)]
            self._lost(name, f"{tag} stands in its place", tree)
            return tag
        if kind == "text":
            self._lost(name, "all fields are searched", tree)
            return None
        known = ", ".join(sorted({own for own_names in self.tags for own in own_names}))
        message = f"{self.dialect.title} has no field for {name}:"
        self.context.problem("no-counterpart", message, tree.span, f"It has one for {known}.")
        return None

    def several(self, names: tuple[str, ...]) -> str | None:
        """One tag for several of our names, in whichever order; None where there is none."""
        for known, tag in self.tags.items():
            if len(known) > 1 and sorted(known) == sorted(names):
                return tag
        join = self.dialect.rules.tagging.value.join
        if join and all((name,) in self.tags for name in names):
            return join.join(self.tags[name,] for name in names)
        return None

    def heading(self, name: str, child: Tree) -> str | None:
        """A heading with its field as the target writes it; None where it has no such thing."""
        rule = self.dialect.rules.headings
        if not isinstance(child, Heading) or rule is None or name != rule.value.field:
            return None
        if rule.value.slash:
            return written_heading(child)
        kind = {*(["exploded"] if child.exploded else []), *(["major"] if child.major else [])}
        text, sign = child.text, rule.value.sign
        if sign and child.exploded:
            kind, text = kind - {"exploded"}, f"{text}{sign}"
        for tag, means in self.kinds.items():
            if set(means) == kind:
                form = _TAGGED.get(self.dialect.rules.tagging.value.style, '{tag} "{text}"')
                return form.format(tag=tag, text=text)
        return None

    def _lost(self, name: str, instead: str, tree: Tree) -> None:
        message = f"{self.dialect.title} has no field for {name}:; {instead}"
        self.context.notes.warn("lost-field", message, tree.span)
