"""A light connection for searches: one method, no client library to import.

The official client takes 0.6 s to import on a small machine, its transport 0.2 s; the standard
library's HTTP takes a few hundredths.
"""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

import msgspec

from engine.errors import ElasticsearchError, NodeUnreachable, NotAuthorised, NotElasticsearch

if TYPE_CHECKING:
    from types import TracebackType

    from engine.endpoint import Endpoint

NDJSON_ENDINGS = ("_bulk", "_msearch")
UNAUTHORISED = 401
FORBIDDEN = 403
FIRST_ERROR = 400
BUSY = (429, 503)  # the cluster is there but cannot answer now
GATEWAY = (502, 504)  # a proxy is there and has no answer of the cluster's
PATIENCE = 2.0  # seconds for a node that is just going down or coming up


class Connection:
    """A connection to Elasticsearch, kept open between requests; not for several threads at once.

    Made by ``engine.open_connection``; use it in a ``with`` statement or call ``close``.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        url = urlsplit(endpoint.url)
        self._root = url.path.rstrip("/")
        self._headers = {"Accept": "application/json", **endpoint.headers()}
        self._http = _open(endpoint)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; a later request would open it again."""
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | list[Any] | str | bytes | None = None,
        *,
        params: dict[str, Any] | None = None,
        timeout: float | None = None,
    ) -> Any:  # noqa: ANN401 - decoded JSON
        """Send one request and give the decoded answer (text where it is not JSON, None if empty).

        Args:
            method: an HTTP method.
            path: ``/index/_search``; already percent-encoded.
            body: JSON. Text and bytes are sent as they are, for a path that ends in ``_bulk`` or
                ``_msearch`` as NDJSON.
            params: of the query string; True and False become ``true`` and ``false``.
            timeout: seconds; default ``es.timeout``.

        Raises:
            NodeUnreachable: nothing answers, or not in time, or it says that it cannot now.
            NotAuthorised: the credentials are wrong or may not do this.
            NotElasticsearch: something else answers.
            ElasticsearchError: any other error that Elasticsearch answers with.
        """
        target = f"{self._root}/{path.lstrip('/')}"
        if params:
            target += f"?{urlencode({key: _plain(value) for key, value in params.items()})}"
        data, headers = self._encode(path, body)
        status, kind, answer = self._exchange(method, target, data, headers, timeout)
        decoded = _decode(answer, kind)
        if status >= FIRST_ERROR or "html" in kind:
            raise error_of(self.endpoint, status, decoded)
        return decoded

    def info(self) -> dict[str, Any]:
        """What the cluster says of itself: ``cluster_name``, ``version`` with its ``number``.

        Raises:
            NotElasticsearch: something else answers.
            NodeUnreachable, NotAuthorised, ElasticsearchError: see ``request``.
        """
        found = self.request("GET", "/")
        if not isinstance(found, dict) or "cluster_name" not in found or "version" not in found:
            raise not_elasticsearch(self.endpoint)
        return found

    def _encode(
        self, path: str, body: dict[str, Any] | list[Any] | str | bytes | None
    ) -> tuple[bytes | None, dict[str, str]]:
        if body is None:
            return None, self._headers
        ndjson = path.partition("?")[0].rstrip("/").endswith(NDJSON_ENDINGS)
        kind = "application/x-ndjson" if ndjson else "application/json"
        match body:
            case bytes():
                data = body
            case str():
                data = body.encode()
            case list() if ndjson:
                data = b"".join(msgspec.json.encode(line) + b"\n" for line in body)
            case _:
                data = msgspec.json.encode(body)
        return data, {**self._headers, "Content-Type": kind}

    def _exchange(
        self,
        method: str,
        target: str,
        data: bytes | None,
        headers: dict[str, str],
        timeout: float | None,
    ) -> tuple[int, str, bytes]:
        """Send and receive; an idle connection that the server has closed is opened once more."""
        limit = timeout or self.endpoint.timeout
        reused = self._http.sock is not None
        self._set_timeout(limit)
        try:
            return self._once(method, target, data, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            self._http.close()
            if not reused:
                raise unreachable(self.endpoint, error) from error
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise unreachable(self.endpoint, error, limit) from error
        try:
            return self._once(method, target, data, headers)
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise unreachable(self.endpoint, error, limit) from error

    def _once(
        self, method: str, target: str, data: bytes | None, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        self._http.request(method, target, data, headers)
        response = self._http.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read()

    def _set_timeout(self, seconds: float) -> None:
        self._http.timeout = seconds
        if self._http.sock is not None:
            self._http.sock.settimeout(seconds)


def answers(endpoint: Endpoint, *, patience: float = PATIENCE) -> bool:
    """Whether an Elasticsearch that takes this endpoint's credentials answers there.

    A node that is busy is asked again until ``patience`` seconds are over.
    """
    until = time.monotonic() + patience
    with Connection(endpoint) as connection:
        while True:
            try:
                found = connection.request("GET", "/", timeout=patience)
            except (NotAuthorised, NotElasticsearch):
                return False
            except (NodeUnreachable, ElasticsearchError) as error:
                if time.monotonic() > until:
                    return False
                if isinstance(error.__cause__, ConnectionRefusedError):
                    return False
                time.sleep(0.1)
            else:
                return isinstance(found, dict) and "cluster_name" in found


def error_of(endpoint: Endpoint, status: int, body: Any) -> Exception:  # noqa: ANN401 - decoded JSON
    """The exception for an answer of Elasticsearch with this status and decoded body."""
    type_, reason = _cause(body)
    if status in (UNAUTHORISED, FORBIDDEN):
        return not_authorised(endpoint, status, reason)
    if status in (*BUSY, *GATEWAY):
        return NodeUnreachable(
            f"Elasticsearch at {endpoint.url} cannot answer now ({status} {type_}: {reason})",
            hint="Try again; `hkall engine doctor` says what it lacks.",
        )
    if isinstance(body, str) and body:  # Elasticsearch's own errors are JSON
        return not_elasticsearch(endpoint)
    return ElasticsearchError(status, type_, reason, body)


def not_elasticsearch(endpoint: Endpoint) -> NotElasticsearch:
    """The exception for an answer that no Elasticsearch would give."""
    return NotElasticsearch(
        f"what answers at {endpoint.url} is not Elasticsearch",
        hint="See that HKALL_ES_URL (es.url) is right, its port and its path.",
    )


def unreachable(
    endpoint: Endpoint, error: BaseException, limit: float | None = None
) -> NodeUnreachable:
    """The exception for a request that got no answer."""
    if isinstance(error, TimeoutError):
        cause = f"no answer within {limit:g} s" if limit else "no answer in time"
    else:
        cause = " ".join(str(error).split()) or type(error).__name__
    return NodeUnreachable(
        f"Elasticsearch at {endpoint.url} does not answer: {cause}", hint=endpoint.unreachable_hint
    )


def not_authorised(endpoint: Endpoint, status: int, reason: str) -> NotAuthorised:
    """The exception for refused credentials: names the settings that hold them."""
    what = "refuses the credentials" if status == UNAUTHORISED else "forbids this"
    return NotAuthorised(
        f"Elasticsearch at {endpoint.url} {what} ({status}: {' '.join(reason.split())[:200]})",
        hint=endpoint.credentials_hint,
    )


def _open(endpoint: Endpoint) -> http.client.HTTPConnection:
    url = urlsplit(endpoint.url)
    host, port = url.hostname or "", url.port
    if url.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=endpoint.timeout)
    context = endpoint.ssl_context()
    return http.client.HTTPSConnection(host, port, timeout=endpoint.timeout, context=context)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(part) for part in value)
    return str(value)


def _decode(answer: bytes, kind: str) -> Any:  # noqa: ANN401 - decoded JSON
    if not answer:
        return None
    if "json" in kind:
        return msgspec.json.decode(answer)
    return answer.decode("utf-8", "replace")


def _cause(body: Any) -> tuple[str, str]:  # noqa: ANN401 - decoded JSON
    """Type and reason of the root cause: what surrounds it (*all shards failed*) says nothing."""
    error = body.get("error") if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return "", str(error or "")
    causes = error.get("root_cause") or [error]
    cause = causes[0] if isinstance(causes[0], dict) else error
    return str(cause.get("type") or ""), str(cause.get("reason") or "")
