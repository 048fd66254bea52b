#!/usr/bin/env python3
"""Turns a JSON report on standard input into the sorted `check<TAB>id` lines of the reference checks."""
import json
import sys

report = json.load(sys.stdin)
lines = set()
for rule in report["rules"]:
    if rule["findings_left_out"]:
        sys.exit("findings were left out: raise --max-findings")
    for finding in rule["findings"]:
        if finding["verdict"] == "fail":
            lines.add("%s\t%s" % (rule["name"].rsplit(".", 1)[-1], finding["subject"]["key"]))
sys.stdout.write("".join(line + "\n" for line in sorted(lines)))
