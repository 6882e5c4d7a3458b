"""Ask a web server whether a page is still there: a HEAD request, and nothing else.  Does I/O.

Sent only for 'copkit links due --online'. No cookie goes out, none is kept, and no page is read.
"""

from __future__ import annotations

from http.client import HTTPException, HTTPMessage
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from copkit.text.addresses import check_web_address

TIMEOUT: Final = 5  # seconds for each page
GONE: Final = frozenset({404, 410})


class HeadRedirect(HTTPRedirectHandler):
    """Follows a page to its new address, where urllib would then read all of it."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """Return the request for the new address, which is for its head as well."""
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None:
            following.method = req.method
        return following


_HANDLERS: Final = (
    ProxyHandler,
    HTTPHandler,
    HTTPSHandler,
    HeadRedirect,
    HTTPErrorProcessor,
    HTTPDefaultErrorHandler,
)
"""No others: a redirect to a file, or by FTP, is then not followed."""


def look_for_page(address: str, timeout: float = TIMEOUT) -> str:
    """Return ``""`` where a page is still there, else why it is not known to be.

    ``timeout`` is in seconds. Raise nothing for what a server, or the way to it, does.
    """
    if fault := check_web_address(address):
        return fault[0]
    opener = OpenerDirector()
    for handler in _HANDLERS:
        opener.add_handler(handler())
    headers = {"User-Agent": "copkit links due"}
    request = Request(address, method="HEAD", headers=headers)  # noqa: S310 (http alone, as checked)
    try:
        with opener.open(request, timeout=timeout):
            return ""
    except HTTPError as error:
        error.close()
        if error.code in GONE:
            return "the page is gone"
        return f"the server answers {error.code}: look in a browser"
    except TimeoutError:
        return f"no answer in {timeout:g} seconds"
    except (URLError, HTTPException, OSError, ValueError):
        return "the server cannot be reached"
