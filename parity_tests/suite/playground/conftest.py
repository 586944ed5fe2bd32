"""A page for each transport, which the tests of a file use one after the other."""

import pytest

from parity_tests.suite.playground import browsing

TRANSPORTS = ("worker", "socket")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A page for each transport, which one test after the other uses."""
    with (
        browsing.browser() as chrome,
        browsing.static_site(tmp_path_factory.mktemp("site")) as static,
        browsing.served() as server,
    ):
        found = {}
        for name, address in zip(TRANSPORTS, (static, server), strict=True):
            context = chrome.new_context(
                viewport={"width": 1440, "height": 1400}, accept_downloads=True
            )
            found[name] = browsing.Page(context.new_page(), address).open()
        yield found


@pytest.fixture(params=TRANSPORTS)
def page(request, pages):
    """The page, as it begins; in the end nothing has gone wrong on it, and nobody was asked."""
    found = pages[request.param]
    found.afresh()
    yield found
    errors, found.errors = found.errors, []
    assert errors == []
    assert found.outside == []
