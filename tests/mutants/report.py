"""Counts what came of the mutants, by folder, and fails where one survives that accepted.toml does not list."""

import collections
import pathlib
import re
import sys
import tomllib

ACCEPTED = pathlib.Path(__file__).with_name("accepted.toml")
ENDS = ("caught", "missed", "unviable", "timeout")
PLACE = re.compile(r":\d+:\d+: ")


def main(outputs):
    mutants = [mutant for output in outputs for mutant in tried(pathlib.Path(output))]
    table(mutants)
    accepted = read_accepted()
    survivors = collections.Counter(PLACE.sub(": ", line) for _, line, end in mutants if end == "missed")
    unknown = survivors - accepted
    noticed = {PLACE.sub(": ", line) for _, line, end in mutants if end == "caught"} & set(accepted - survivors)
    for _, line, end in mutants:
        if end == "missed" and PLACE.sub(": ", line) in unknown:
            print(f"survives: {line}")
    for name in sorted(noticed):
        print(f"listed, but a test notices it: {name}")
    if unknown:
        sys.exit(
            f"error: {sum(unknown.values())} mutants survive that {ACCEPTED.name} does not list\n"
            "hint: write a test that fails with each; where none can, list it with the reason"
        )


def tried(output):
    """Crate, line of cargo-mutants, and how each ended at last. There is no such folder where no mutant was chosen."""
    ends = {
        line: end
        for folder in ("first", "second", "mutants.out")
        for end in ENDS
        for path in (output / folder).glob(f"{end}.txt")
        for line in path.read_text().splitlines()
    }
    return [(output.name, line, end) for line, end in ends.items()]


def table(mutants):
    folders = collections.defaultdict(collections.Counter)
    for crate, line, end in mutants:
        folders[crate, str(pathlib.PurePath(line.split(":")[0]).parent)][end] += 1
        folders[crate, "all"][end] += 1
    print(f"{'crate':16} {'folder':28} {'tried':>8}" + "".join(f"{end:>10}" for end in ENDS))
    for (crate, folder), counts in sorted(folders.items()):
        print(f"{crate:16} {folder:28} {counts.total():>8}" + "".join(f"{counts[end]:>10}" for end in ENDS))


def read_accepted():
    """How often each name is accepted. Names are without lines, which move too often."""
    listed = tomllib.loads(ACCEPTED.read_text()).get("mutant", [])
    for one in listed:
        if not one.get("why"):
            sys.exit(f"error: {ACCEPTED.name} says not why {one['name']!r} changes nothing\nhint: write it as `why`")
    return collections.Counter({one["name"]: one.get("times", 1) for one in listed})


if __name__ == "__main__":
    main(sys.argv[1:])
