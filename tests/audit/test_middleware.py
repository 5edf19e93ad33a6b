"""Where a request comes from, as the audit trail and the lock-outs know it."""

import pytest
from django.http import HttpResponse

from apps.audit import context
from apps.audit.middleware import OriginMiddleware

PROXY, CALLER, CLAIMED = "127.0.0.1", "203.0.113.7", "198.51.100.9"


def origin_of(rf, **headers):
    """What is recorded of a request, and the address that everything behind sees."""
    seen = []

    def page(request):
        seen.append((context.current(), request.META["REMOTE_ADDR"]))
        return HttpResponse()

    response = OriginMiddleware(page)(rf.get("/", REMOTE_ADDR=PROXY, **headers))
    [(origin, address)] = seen
    assert origin.address == address
    assert response["X-Request-Id"] == origin.trace
    return origin


@pytest.mark.parametrize(
    ("proxies", "said", "expected"),
    [
        (0, "", PROXY),
        (0, CALLER, PROXY),
        (1, CALLER, CALLER),
        (1, f"{CLAIMED}, {CALLER}", CALLER),
        (2, f"{CLAIMED}, {CALLER}, 10.0.0.1", CALLER),
        (2, CALLER, PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_is_the_one_our_own_proxy_wrote_down(rf, settings, proxies, said, expected):
    settings.REVERSE_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": said} if said else {}
    assert origin_of(rf, **headers).address == expected


def test_nothing_is_left_of_a_request_once_it_is_answered(rf):
    origin_of(rf)
    assert context.current() == context.NOWHERE
