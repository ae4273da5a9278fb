"""The official client, and its exceptions in the house's words."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from engine.connection import error_of, not_elasticsearch, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

    from engine.endpoint import Endpoint

RETRIES = 2


def client_of(endpoint: Endpoint) -> Elasticsearch:
    """The official client for an endpoint; nothing is sent yet."""
    from elasticsearch import Elasticsearch

    options: dict[str, Any] = {
        "request_timeout": endpoint.timeout,
        "max_retries": RETRIES,
        "retry_on_timeout": False,  # a bulk that took too long may still be at work
    }
    if endpoint.api_key:
        options["api_key"] = endpoint.api_key
    elif endpoint.user:
        options["basic_auth"] = (endpoint.user, endpoint.password)
    if endpoint.url.startswith("https:"):
        options["ssl_context"] = endpoint.ssl_context()
    client = Elasticsearch(endpoint.url, **options)
    # for the words of an error; on the transport, which `client.options()` passes on
    client.transport.hkall_endpoint = endpoint  # type: ignore[attr-defined] # ours
    return client


def endpoint_of(client: Elasticsearch) -> Endpoint:
    """The endpoint that a client of `client_of` was made for: to make another one elsewhere."""
    found: Endpoint = client.transport.hkall_endpoint  # type: ignore[attr-defined] # set in client_of
    return found


@contextmanager
def translated(client: Elasticsearch) -> Iterator[None]:
    """Turn the client's exceptions into those of this room inside a ``with`` block.

    ``client`` came from ``connect``, or from ``options`` of such a client.

    Raises:
        NodeUnreachable, NotAuthorised, NotElasticsearch, ElasticsearchError: see
            ``Connection.request``.
    """
    from elastic_transport import ConnectionTimeout, TransportError
    from elasticsearch import ApiError, UnsupportedProductError

    endpoint = endpoint_of(client)
    try:
        yield
    except UnsupportedProductError as error:
        raise not_elasticsearch(endpoint) from error
    except ApiError as error:
        raise error_of(endpoint, error.status_code, error.body) from error
    except ConnectionTimeout as error:
        raise unreachable(endpoint, TimeoutError()) from error
    except TransportError as error:
        # its own words name the address again, and how it was opened
        words = str(error.message).rpartition("Failed to establish a new connection: ")[2]
        raise unreachable(endpoint, RuntimeError(words)) from error
