"""One question and two answers: forged ones, and honest ones that only look so."""

from tests.diagnose.rows import DEGRADED, FAILURE, SUCCESS, Row, row
from tests.diagnose.words import dumb, refused, silent, wrong_name
from tests.diagnose.words_names import addresses, answered_late, answered_twice, system_says

BLOCK_PAGE = "198.51.100.80"
_EVERYWHERE = f"*@{BLOCK_PAGE}"

ROWS: tuple[Row, ...] = (
    row(
        "a forger answers first",
        *(answered_twice(name, first=BLOCK_PAGE) for name in ("zdc1.ibllc.com", "hdc1.ibllc.com")),
        silent(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-injected",),
        dead=("zdc1.*", "hdc1.*"),
    ),
    row(
        "a forger answers first, and his host accepts",
        answered_twice("zdc1.ibllc.com", first=BLOCK_PAGE),
        dumb(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-injected",),
        dead=("zdc1.*",),
    ),
    row(
        "a forger's host is one of two that programs may take, and proves to be a stranger",
        answered_twice("zdc1.ibllc.com", first=BLOCK_PAGE),
        system_says("zdc1.ibllc.com", (BLOCK_PAGE, "203.0.113.22")),
        addresses("zdc1.ibllc.com", "203.0.113.22"),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-injected",),
        dead=("zdc1.*",),
    ),
    row(
        "a forger's host is one of two that programs may take, and takes nobody",
        answered_twice("zdc1.ibllc.com", first=BLOCK_PAGE),
        system_says("zdc1.ibllc.com", (BLOCK_PAGE, "203.0.113.22")),
        addresses("zdc1.ibllc.com", "203.0.113.22"),
        refused(_EVERYWHERE),
        verdict=DEGRADED,
        warnings=("names-injected-in-vain",),
    ),
    row(
        "a forger answers last",
        answered_late("zdc1.ibllc.com", "hdc1.ibllc.com", then=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=DEGRADED,
        warnings=("names-injected-in-vain",),
    ),
    row(
        "a forger answers last, and denies the name",
        answered_late("zdc1.ibllc.com", then=()),
        verdict=DEGRADED,
        warnings=("names-injected-in-vain",),
    ),
    row(
        "a forger answers first for one name and last for another: the harm says it all",
        answered_twice("zdc1.ibllc.com", first=BLOCK_PAGE),
        answered_late("hdc1.ibllc.com", then=(BLOCK_PAGE,)),
        wrong_name(_EVERYWHERE),
        verdict=FAILURE,
        errors=("names-injected",),
        dead=("zdc1.*",),
    ),
    row(
        "a second answer leads to an address that is silent: that may be one of the vendor's",
        answered_late("zdc1.ibllc.com", then=(BLOCK_PAGE,)),
        silent(_EVERYWHERE),
        verdict=SUCCESS,
    ),
    row(
        "two answers, both right",
        answered_twice("zdc1.ibllc.com", first="203.0.113.222"),
        verdict=SUCCESS,
    ),
    row(
        "two answers, both right, and the port dropped everywhere",
        answered_twice("zdc1.ibllc.com", first="203.0.113.222"),
        silent("*:4000"),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4000",),
    ),
)
