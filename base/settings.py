"""One settings object: defaults, then ``hkall.toml``, then ``HKALL_*``, then flags."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from base.errors import ConfigurationFailure

if TYPE_CHECKING:
    from collections.abc import Mapping

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
TAG = r"^[0-9A-Za-z]{3}$"
PREFIX = r"^[a-z0-9][a-z0-9_-]*$"
HEAP = r"^(|[1-9]\d*[mg])$"
MEANINGS = {
    TAG: "a MARC tag: three digits or letters",
    PREFIX: "small letters, digits, - and _, beginning with a letter or digit",
    HEAP: "a size such as 900m or 4g",
}
"""Each pattern of a setting, in words."""

Tag = Annotated[str, msgspec.Meta(pattern=TAG)]
Prefix = Annotated[str, msgspec.Meta(pattern=PREFIX)]

SECRETS = ("es.api_key", "es.password")

DEMO_PREFIX = "hkall-demo"  # the sample catalogue's own indices and record store


class Elasticsearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which Elasticsearch to use. ``auto``: ``url`` where a URL is given, else ``embedded``."""

    kind: Literal["auto", "url", "docker", "embedded"] = "auto"
    url: str = ""
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""
    timeout: Seconds = 60.0  # that a request may take


class Engine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The embedded node."""

    heap: Annotated[str, msgspec.Meta(pattern=HEAP)] = ""  # empty: from memory
    port: Port = 0  # 0: a port that the system gives
    idle_minutes: Annotated[int, msgspec.Meta(ge=0)] = 120  # 0: never stops by itself
    maven_repository: str = ""  # a site's mirror; empty: the resolver's own default
    offline: bool = False  # never download: the cache folder must hold every jar


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files of one institution (a ``[[source]]`` table)."""

    institution: str
    files: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    format: Literal["auto", "iso2709", "marcxml"] = "auto"
    extent: Literal["full", "delta"] = "full"
    # MARC specs, the first that a record has
    control_number: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("001",)
    holdings: tuple[Tag, ...] = ("852",)  # tags of the fields that hold one copy or location each
    on_missing: Literal["keep", "abort"] = "keep"  # a file is not there: go on without, or stop
    deletes: tuple[str, ...] = ()  # files of control numbers to delete, one a line; globs allowed


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an index is built."""

    max_rejected_share: Share = 0.1  # of the records read of one institution
    keep_indices: Annotated[int, msgspec.Meta(ge=1)] = 2  # the live one and those before it
    workers: Annotated[int, msgspec.Meta(ge=0)] = 0  # processes; 0: one a processor
    bulk_documents: Annotated[int, msgspec.Meta(ge=1, le=10000)] = 500
    min_free_mib: Annotated[int, msgspec.Meta(ge=0)] = 512
    delta_share: Share = (
        0.2  # of titles: where fewer changed, the run works on a copy of the live index
    )


class Gates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new index may not lose against the live one; a share beyond its limit refuses it."""

    deletes: Share = 0.1  # records of an institution that are deleted, of those it had
    drop: Share = 0.1  # titles of an institution that are fewer than before
    facets: Share = 0.2  # titles of a language or format that are fewer than before
    few: Annotated[int, msgspec.Meta(ge=0)] = 20  # a loss of so many or fewer never refuses


class Operations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run leaves for those who watch it."""

    metrics_file: str = ""  # Prometheus textfile, written anew after each run; empty: none
    log: bool = True  # a line of JSON an event, in log/ of the home folder


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How answers are ordered and shown unless a flag says otherwise."""

    # of titles and names (mappings/index_types.yaml): what `--sort title` means
    collation: Literal["stroke", "pinyin", "kana", "german", "root"] = "stroke"
    script: Literal["own", "romanised"] = "own"  # which form of titles and names comes first
    # words that are operators beside AND, OR, NOT: 與 或 非, and and, or, not in small letters
    operators: tuple[Literal["localised", "lowercase"], ...] = ()


class Circulation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Requests and loans: their database, the rules in force, how notices leave."""

    database: str = ""  # of SQLAlchemy; empty: an SQLite file in the home folder
    regime: str = "2005"  # whose rules hold; by-date: those of the day
    notices: Literal["files", "smtp"] = "files"
    smtp_host: str = "localhost"
    smtp_port: Port = 25
    smtp_sender: str = "circulation@localhost"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a command may be told, whichever way it was told."""

    home: str = ""
    cache: str = ""
    prefix: Prefix = "hkall"  # of index and alias names, and of the record store's file
    es: Elasticsearch = Elasticsearch()
    engine: Engine = Engine()
    build: Build = Build()
    gates: Gates = Gates()
    operations: Operations = Operations()
    search: Search = Search()
    circulation: Circulation = Circulation()
    source: tuple[Source, ...] = ()

    @property
    def home_path(self) -> Path:
        """The folder where everything that the program keeps lives."""
        return Path(self.home)

    @property
    def cache_path(self) -> Path:
        """Downloads and compiled classes: may be deleted, costs a download."""
        return Path(self.cache)

    @property
    def titles_alias(self) -> str:
        """The alias behind which the live index of titles stands."""
        return f"{self.prefix}-titles"

    @property
    def engine_kind(self) -> Literal["url", "docker", "embedded"]:
        """The kind of Elasticsearch that these settings ask for."""
        if self.es.kind == "auto":
            return "url" if self.es.url else "embedded"
        return self.es.kind


ENVIRONMENT = {
    "HKALL_HOME": "home",
    "HKALL_CACHE": "cache",
    "HKALL_PREFIX": "prefix",
    "HKALL_ES_KIND": "es.kind",
    "HKALL_ES_URL": "es.url",
    "HKALL_ES_API_KEY": "es.api_key",
    "HKALL_ES_USER": "es.user",
    "HKALL_ES_PASSWORD": "es.password",
    "HKALL_ES_CA_FILE": "es.ca_file",
    "HKALL_ES_TIMEOUT": "es.timeout",
    "HKALL_CIRCULATION_DATABASE": "circulation.database",
    "HKALL_ENGINE_HEAP": "engine.heap",
    "HKALL_ENGINE_PORT": "engine.port",
    "HKALL_ENGINE_IDLE_MINUTES": "engine.idle_minutes",
    "HKALL_SEARCH_COLLATION": "search.collation",
    "HKALL_SEARCH_SCRIPT": "search.script",
    "HKALL_ENGINE_OFFLINE": "engine.offline",
    "HKALL_MAVEN_REPOSITORY": "engine.maven_repository",
}


VARIABLES = "HKALL_"  # how every variable of the environment begins
CONFIG_VARIABLE = "HKALL_CONFIG"


class SettingsError(ConfigurationFailure):
    """A setting is unknown or has a value that it cannot have."""

    code = "settings"


class Loaded(msgspec.Struct, frozen=True):
    """The settings and, for each key that is not a default, where its value came from."""

    settings: Settings
    origins: dict[str, str]


def load_settings(
    flags: Mapping[str, Any] | None = None,
    *,
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Merge every layer into one settings object.

    Args:
        flags: dotted key to value, as given on the command line; None values are ignored.
        config: the configuration file; default ``$HKALL_CONFIG``, else ``hkall.toml`` in the home.
        environ: the environment (default: this process's).

    Raises:
        SettingsError: an unknown key, a wrong value, or a named file that cannot be read.
    """
    environ = os.environ if environ is None else environ
    given = {key: value for key, value in (flags or {}).items() if value is not None}
    _reject_unknown(environ)
    env = {key: environ[name] for name, key in ENVIRONMENT.items() if environ.get(name)}
    home = _folder(given.get("home") or env.get("home") or _default_home(), "home")
    file = _config_file(config, environ, home)
    tree: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file:
        tree = _read_toml(file)
        _reject_secrets_and_home(tree, file)
        origins = dict.fromkeys(_leaves(tree), str(file))
    names = {key: name for name, key in ENVIRONMENT.items()}
    for key, value in env.items():
        _put(tree, key, value)
        origins[key] = names[key]
    for key, value in given.items():
        _put(tree, key, value)
        origins[key] = "flag"
    tree["home"] = str(home)
    tree.setdefault("cache", str(_default_cache(env, given, home)))
    if isinstance(tree["cache"], str):  # else the conversion says so
        tree["cache"] = str(_folder(tree["cache"], "cache"))
    return Loaded(_convert(tree, origins, str(file or "the settings")), origins)


def _reject_unknown(environ: Mapping[str, str]) -> None:
    """A misspelt variable would else change nothing, silently: another cluster would be used."""
    from difflib import get_close_matches

    known = (*ENVIRONMENT, CONFIG_VARIABLE)
    for name in sorted(environ):
        if name.startswith(VARIABLES) and name not in known:
            near = get_close_matches(name, known, 1)
            meant = f"{near[0]} is meant? Else unset it" if near else "Unset it"
            raise SettingsError(
                f"{name}: there is no such variable",
                hint=f"{meant}; `hkall config show` lists the settings.",
            )


def _folder(name: str | Path, key: str) -> Path:
    try:
        return Path(name).expanduser().absolute()
    except RuntimeError as error:  # ~somebody
        raise SettingsError(
            f"{key}: {name}: there is no such user's folder", hint="Write the whole path."
        ) from error


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("hkall", appauthor=False)


def _default_cache(env: Mapping[str, Any], given: Mapping[str, Any], home: Path) -> Path:
    if env.get("home") or given.get("home"):
        return home / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("hkall", appauthor=False)


def _config_file(config: Path | None, environ: Mapping[str, str], home: Path) -> Path | None:
    named = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    if named:
        if not named.exists():
            raise SettingsError(
                f"{named}: no such configuration file",
                hint="Name an existing file with --config or HKALL_CONFIG.",
            )
        return named
    default = home / "hkall.toml"
    return default if default.is_file() else None


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{file}: cannot be read: {error.strerror}",
            hint="Name another file with --config or HKALL_CONFIG, or check its permissions.",
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{file}: is not TOML in UTF-8: {error}", hint=f"Mend {file}."
        ) from error


def _reject_secrets_and_home(tree: dict[str, Any], file: Path) -> None:
    leaves = _leaves(tree)
    for key in (*SECRETS, "home"):
        if key in leaves:
            name = next(name for name, target in ENVIRONMENT.items() if target == key)
            raise SettingsError(
                f"{file}: {key} does not belong in the configuration file",
                hint=f"Set {name} in the environment instead.",
            )


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> list[str]:
    keys: list[str] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            keys += _leaves(value, f"{prefix}{key}.")
        else:
            keys.append(f"{prefix}{key}")
    return keys


def _put(tree: dict[str, Any], key: str, value: object) -> None:
    *sections, last = key.split(".")
    for section in sections:
        tree = tree.setdefault(section, {})
        if not isinstance(tree, dict):
            return  # the file has no table there: the conversion says so
    tree[last] = value


def _convert(tree: dict[str, Any], origins: Mapping[str, str], file: str) -> Settings:
    try:
        return msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$.")
        path = path.rstrip("`")
        where = origins.get(re.sub(r"\[\d+\]", "", path), file)
        shown = re.sub(r"\[(\d+)\]", lambda index: f" {int(index[1]) + 1}", path)  # from 1
        raise SettingsError(
            f"{where}: {shown + ': ' if shown else ''}{_in_words(problem)}",
            hint=f"Mend {where}" + (" or unset it." if where in ENVIRONMENT else "."),
        ) from error


WORDS = (
    (r"Invalid enum value '(.*)'", r"has no value \1"),
    (r"Object missing required field `(.*)`", r"has no key \1"),
    (r"Object contains unknown field `(.*)`", r"there is no such key: \1"),
    (r"Expected", "must be"),
    (r"`str`", "text"),
    (r"`int`", "a whole number"),
    (r"`float`", "a number"),
    (r"`bool`", "true or false"),
    (r"`array`", "a list"),
    (r"`object`", "a table"),
    (r" of length >= 1$", " that is not empty"),
)
"""What the conversion says of types, to what it means for the writer of a setting."""


def _in_words(problem: str) -> str:
    for pattern, meaning in MEANINGS.items():
        problem = problem.replace(
            f"Expected `str` matching regex {pattern!r}", f"must be {meaning}"
        )
    for pattern, words in WORDS:
        problem = re.sub(pattern, words, problem)
    return problem
