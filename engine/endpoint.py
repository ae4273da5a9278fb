"""Where Elasticsearch is and what it wants to see: what every kind comes down to."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit, urlunsplit

import msgspec

from engine.errors import EngineSettingsError

if TYPE_CHECKING:
    import ssl
    from urllib.parse import SplitResult

    from base.settings import Settings

Kind = Literal["url", "docker", "embedded"]
DEFAULT_PORTS = {"http": 9200, "https": 443}


class Endpoint(msgspec.Struct, frozen=True):
    """One address with its credentials; secrets never appear in its ``url``."""

    kind: Kind
    url: str
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""
    timeout: float = 60.0  # seconds a request may take

    def __repr__(self) -> str:
        return f"Endpoint({self.kind} {self.url})"

    def headers(self) -> dict[str, str]:
        """The header that carries the credentials, if there are any."""
        if self.api_key:
            return {"Authorization": f"ApiKey {self.api_key}"}
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        return {}

    def ssl_context(self) -> ssl.SSLContext:
        """What an https connection trusts: the CA file where one is set, else the system's.

        Raises:
            EngineSettingsError: the CA file cannot be read.
        """
        import ssl

        try:
            return ssl.create_default_context(cafile=self.ca_file or None)
        except OSError as error:  # ssl.SSLError is one
            raise EngineSettingsError(
                f"es.ca_file: {self.ca_file}: {error}",
                hint="Name a file with the cluster's CA certificate (PEM) with HKALL_ES_CA_FILE.",
            ) from error

    @property
    def unreachable_hint(self) -> str:
        """What to do when nothing answers."""
        if self.kind == "url":
            return "See that HKALL_ES_URL (es.url) and HKALL_ES_CA_FILE are right and the cluster is up."
        if self.kind == "docker":
            return "`hkall engine start` starts the container; `docker logs` tells why it ended."
        return "`hkall engine start` starts the node, `hkall engine logs` tells why it ended."

    @property
    def credentials_hint(self) -> str:
        """What to do when the credentials are refused."""
        if self.kind == "url":
            return (
                "Set HKALL_ES_API_KEY, or HKALL_ES_USER and HKALL_ES_PASSWORD, to what it accepts."
            )
        return "`hkall engine stop`, then `hkall engine start`: the next one has a new secret."


def url_endpoint(settings: Settings) -> Endpoint:
    """The endpoint of a configured cluster (kind ``url``).

    Raises:
        EngineSettingsError: the URL cannot be used, or credentials contradict each other.
    """
    es = settings.es
    if es.api_key and es.user:
        raise EngineSettingsError(
            "es.api_key and es.user are both set",
            hint="Unset HKALL_ES_API_KEY, or HKALL_ES_USER and HKALL_ES_PASSWORD.",
        )
    if es.ca_file and not Path(es.ca_file).is_file():
        raise EngineSettingsError(
            f"es.ca_file: {es.ca_file}: no such file", hint="Mend HKALL_ES_CA_FILE."
        )
    if not es.api_key.isascii() or not es.api_key.isprintable():
        raise EngineSettingsError(
            "es.api_key has a character that no API key has",
            hint="Set HKALL_ES_API_KEY to the encoded form that Elasticsearch gave.",
        )
    return Endpoint(
        kind="url",
        url=_checked_url(es.url),
        api_key=es.api_key,
        user=es.user,
        password=es.password,
        ca_file=es.ca_file,
        timeout=es.timeout,
    )


def _sendable(url: SplitResult) -> bool:
    """Whether host and path can stand in a request as they are."""
    host = url.hostname or ""
    return host.isprintable() and " " not in host + url.path and url.path.isascii()


def _checked_url(text: str) -> str:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise EngineSettingsError(f"es.url: {text}: {error}", hint="Mend HKALL_ES_URL.") from error
    if url.username or url.password:
        raise EngineSettingsError(
            "es.url carries credentials",
            hint="Take them out of the URL and set HKALL_ES_USER and HKALL_ES_PASSWORD.",
        )
    if url.scheme not in DEFAULT_PORTS or not url.hostname or not _sendable(url):
        raise EngineSettingsError(
            f"es.url: {text.strip() or '(empty)'} is not the address of a cluster",
            hint="HKALL_ES_URL looks like https://es.example.org:9200",
        )
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    netloc = f"{host}:{port or DEFAULT_PORTS[url.scheme]}"
    return urlunsplit((url.scheme, netloc, url.path.rstrip("/"), "", ""))
