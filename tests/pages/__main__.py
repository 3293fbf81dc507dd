"""`python -m tests.pages`: write the generated reference pages from two empty markets."""

from __future__ import annotations

import sys

from tests.databases import Databases
from tests.pages import compatibility, stores
from tests.servers import careless_server

if __name__ == "__main__":
    with careless_server() as server:
        databases = Databases(server)
        markets = {
            name: stores.bound(databases.create(name=name), name) for name in stores.VERTICALS
        }
        for path, text in stores.pages(markets).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for column in stores.unworded(markets):
            print(f"no words in vertical.toml for {column}", file=sys.stderr)
        wrong = compatibility.lies(markets)
        if wrong:
            sys.exit("\n".join(wrong))
        compatibility.TARGET.write_text(compatibility.as_markdown(markets), encoding="utf-8")
