# shellcheck shell=sh disable=SC2154
# Whether a service is well; `reason` says why it is not.

probe() {
    case $health in
    tcp) in_network nc -w "$health_timeout" -e true 127.0.0.1 "$health_target" ;;
    http) in_network timeout "$health_timeout" wget -q -O /dev/null "$health_target" ;;
    command) health_command ;;
    esac >"$state/$name.health" 2>&1 </dev/null && return
    reason=$(last_line "$state/$name.health")
    return 1
}

in_network() {
    if [ -n "$own_network" ]; then
        nsenter -t "$pid" -n "$@"
    else
        "$@"
    fi
}

# For the `health_command` of a service.sh.
in_container() {
    timeout "$health_timeout" "$runtime" exec "$name" "$@"
}

# A look into the socket table costs no process, so it can be had ten times a second.
listening() {
    reason="nothing listens on port $health_target"
    for table in "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6"; do
        while read -r _ address _ socket _; do
            [ "$socket:${address##*:}" != "0A:$health_port" ] || return 0
        done <"$table"
    done 2>/dev/null
    return 1
}

# Without a health check a service is ready once it has run for a second.
first_probe() {
    reason='it does not start'
    read -r pid <"$pid_file" || return 1
    case $health in
    '') [ "$((seconds - started))" -ge 2 ] ;;
    tcp) listening && probe ;;
    *) probe ;;
    esac
} 2>/dev/null

healthy() {
    [ -n "$health" ] || return 0
    if probe; then
        failures=0
    else
        failures=$((failures + 1))
    fi
    [ "$failures" -lt "$health_retries" ]
}
