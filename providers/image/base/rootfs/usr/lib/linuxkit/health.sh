# Whether a service is well; `reason` says why it is not.

check() {
    case $health in
    tcp) ${own_network:+nsenter -t $pid -n} nc -w "$health_timeout" 127.0.0.1 "$health_target" -e true ;;
    http) ${own_network:+nsenter -t $pid -n} timeout -k 1 "$health_timeout" wget -q -O /dev/null "$health_target" ;;
    command) health_command ;;
    esac >"$state/$name.health" 2>&1 </dev/null
    echo $? >"$state/$name.result"
    echo >&4
}

# A stop, or the service's end, does not wait for a check that hangs: that is left alone, as `cut_off` says.
probe() {
    rm -f "$state/$name.result"
    cut_off=''
    check &
    while read -r -t "$((health_timeout + 5))" _ <&4; do
        if [ -e "$state/$name.stop" ] || [ -e "$state/$name.code" ]; then
            cut_off=1
            kill -KILL $!
            echo >&4
            return 1
        fi
        [ ! -s "$state/$name.result" ] || break
    done
    result=143
    read -r result 2>/dev/null <"$state/$name.result"
    case $result in
    0) ;;
    # SIGTERM and SIGKILL, by which `timeout` ends it.
    143 | 137) reason="the $health check took longer than its timeout of ${health_timeout}s" ;;
    *) reason="$health check: exit $result: $(last_line "$state/$name.health")" ;;
    esac
    return "$result"
}

# For the `health_command` of a service.sh.
in_container() {
    timeout -k 1 "$health_timeout" "$runtime" exec "$name" "$@"
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

# The runtime ends the file without a newline, which `read` takes for a failure.
read_pid() {
    pid=
    read -r pid <"$pid_file"
    [ -n "$pid" ]
} 2>/dev/null

# Without a health check a service is ready once it has run for a second.
first_probe() {
    read_pid && kill -0 "$pid" 2>/dev/null || return 1
    : "${alive:=$hundredths}"
    case $health in
    '') [ "$hundredths" -ge "$((alive + 100))" ] ;;
    tcp) listening && probe ;;
    *) probe ;;
    esac
}

healthy() {
    [ -n "$health" ] || return 0
    failures=$((failures + 1))
    ! probe || failures=0
    [ -n "$cut_off" ] || [ "$failures" -lt "$health_retries" ]
}
