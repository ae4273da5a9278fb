"""``python -m engine.relock``: resolve jars.yaml into jars.lock.yaml (for maintainers).

Needs the network. Every jar and POM is fetched into a temporary folder, so that nothing stale
from another cache gets into the lock.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jgo.maven import MavenContext

from engine.jars import Jar, Lock, PartRoots, load_roots

if TYPE_CHECKING:
    from jgo.maven import POM, Artifact, Component

HEADER = """\
# The jars of the embedded node: written by `python -m engine.relock` from jars.yaml.
# They are fetched on first use and verified by SHA-256; none is shipped.
"""


def main() -> None:
    """Write jars.lock.yaml beside this module; says on stderr what it resolves."""
    roots = load_roots()
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        jars: list[Jar] = []
        for part, asked in roots.parts.items():
            known = {jar.jar for jar in jars}
            for artifact in _artifacts(context, asked):
                if _coordinate(artifact) not in known:
                    sys.stderr.write(f"{part}: {_coordinate(artifact)}\n")
                    jars.append(_lock_jar(artifact, part))
    text = render(Lock(roots.elasticsearch, tuple(jars)))
    Path(__file__).with_name("jars.lock.yaml").write_text(text, encoding="utf-8")


def render(lock: Lock) -> str:
    """The lock as the text of jars.lock.yaml, one jar a line, a part's jars by coordinate."""
    order = {part: at for at, part in enumerate(dict.fromkeys(jar.part for jar in lock.jars))}
    jars = sorted(lock.jars, key=lambda jar: (order[jar.part], jar.jar))
    lines = [
        f"  - {{jar: {jar.jar}, part: {jar.part}, size: {jar.size}, "
        f'sha256: "{jar.sha256}", licence: "{jar.licence}"}}'
        for jar in jars
    ]
    return f'{HEADER}elasticsearch: "{lock.elasticsearch}"\njars:\n' + "\n".join(lines) + "\n"


def licence_table(lock: Lock) -> str:
    """The licences and their jars as the table of docs/dependencies.md."""
    rows: dict[str, list[str]] = {}
    for jar in lock.jars:
        rows.setdefault(jar.licence, []).append(jar.jar.split(":")[1])
    lines = [f"| {licence} | {', '.join(sorted(rows[licence]))} |" for licence in sorted(rows)]
    return "\n".join(["| licence, as the jar's POM names it | jars |", "| --- | --- |", *lines])


def _artifacts(context: MavenContext, asked: PartRoots) -> list[Artifact]:
    wanted = [context.create_dependency(root) for root in asked.roots]
    found = [dependency.artifact for dependency in wanted]
    if asked.transitive:
        _, more = context.resolver.resolve(wanted)
        found += [d.artifact for d in more if d.scope in ("compile", "runtime") and not d.optional]
    return found


def _coordinate(artifact: Artifact) -> str:
    return f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"


def _lock_jar(artifact: Artifact, part: str) -> Jar:
    data = Path(artifact.resolve()).read_bytes()
    return Jar(
        jar=_coordinate(artifact),
        part=part,  # type: ignore[arg-type] # a key of Roots.parts
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        licence=_licence(artifact.context, artifact.component),
    )


def _licence(context: MavenContext, component: Component) -> str:
    """The licences that the POM names, or the nearest of its parents that names any."""
    pom: POM | None = component.pom()
    while pom is not None:
        names = [e.text.strip() for e in pom.elements("licenses/license/name") if e.text]
        if names:
            return " / ".join(names)
        pom = context.pom_parent(pom)
    return "not named in its POM"


if __name__ == "__main__":
    main()
