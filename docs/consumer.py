"""Mirrors policytrack into SQLite: consumer.py ADDRESS TOKEN FILE [once]. See docs/feed.md."""

import json
import sqlite3
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

if len(sys.argv) < 4:
    sys.exit(__doc__)
ADDRESS, TOKEN, FILE, *ONCE = sys.argv[1:]
FEED = "/api/v1/changes"


def get(where):
    """What is read there; None where there is nothing for us."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
    try:
        with urlopen(Request(urljoin(ADDRESS, where), headers=headers), timeout=60) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code == 404:
            return None
        if error.code != 429:
            raise
        time.sleep(int(error.headers["Retry-After"]))
        return get(where)


def keep(mirror, kind, row):
    mirror.execute("REPLACE INTO row VALUES (?, ?, ?)", [kind, row["id"], json.dumps(row)])


def begin(mirror):
    """The place of now first, then every list: what is written meanwhile follows that place."""
    start = get(FEED)
    mirror.execute("DELETE FROM row")
    for kind, where in start["types"].items():
        while where:
            page = get(where)
            for row in page["results"]:
                keep(mirror, kind, row)
            where = page["next"]
    return start["cursor"]


def go_on(mirror, cursor):
    """Ask for each row that is told of, as it stands now; the entry itself says nothing of it."""
    while True:
        news = get(f"{FEED}?{urlencode({'cursor': cursor})}")
        for kind, pk, where in {(e["type"], e["id"], e["href"]) for e in news["results"]}:
            if row := get(where):
                keep(mirror, kind, row)
            else:
                mirror.execute("DELETE FROM row WHERE kind = ? AND id = ?", [kind, pk])
        if not news["has_more"]:
            return news["cursor"]
        cursor = news["cursor"]


def main():
    mirror = sqlite3.connect(FILE, timeout=60)
    mirror.execute("CREATE TABLE IF NOT EXISTS row (kind, id, body, PRIMARY KEY (kind, id))")
    mirror.execute("CREATE TABLE IF NOT EXISTS place (one INTEGER PRIMARY KEY, cursor)")
    while True:
        with mirror:  # rows and place are kept together, or neither: a kill loses nothing
            known = mirror.execute("SELECT cursor FROM place").fetchone()
            try:
                cursor = go_on(mirror, *known) if known else begin(mirror)
            except HTTPError as error:
                if error.code != 410:
                    raise
                cursor = begin(mirror)  # our place is good no more
            mirror.execute("REPLACE INTO place VALUES (1, ?)", [cursor])
        if ONCE:
            return
        time.sleep(0.2 if known else 0)


if __name__ == "__main__":
    main()
