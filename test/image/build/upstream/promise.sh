#!/bin/sh
# What the checks of machine and containers have in common: one line for each promise.

promise() { # what, expected, seen
    if [ "$2" = "$3" ]; then
        echo "promise kept: $1"
    else
        echo "promise broken: $1: expected $(printf %s "$2" | tr '\n' '|'), saw $(printf %s "$3" | tr '\n' '|')"
    fi
}

about() { # path...
    stat -c '%n %a %u:%g' "$@"
}
