import argparse
import resource

from amh.core.services import endings
from benchmarks import acts, feeds, figures, grounds, lives, memories, pages, returns, views, watches

PARTS = {
    "page": pages.measure,
    "views": views.measure,
    "acts": acts.measure,
    "live": lives.measure,
    "watch": watches.measure,
    "return": returns.measure,
    "feed": feeds.measure,
    "memory": memories.measure,
}


def main() -> None:
    """Measure what was asked for, all of it by default."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="What the program costs on this machine.")
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part alone")
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, a few times: to see that it works")
    asked = parser.parse_args()
    endings.in_order()
    # A thousand open streams are as many files, for the server and for those who listen.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with grounds.opened() as servers:
        figures.show_machine(servers.rows("postgres", "SHOW server_version")[0][0])
        for name in [asked.part] if asked.part else PARTS:
            PARTS[name](servers, quick=asked.quick)


if __name__ == "__main__":
    main()
