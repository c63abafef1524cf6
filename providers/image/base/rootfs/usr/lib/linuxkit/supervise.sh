# shellcheck shell=sh disable=SC2154
# One process for each service. It sleeps in a read of the service's own pipe, where the service's end or a stop arrives.

. /usr/lib/linuxkit/health.sh

supervise() { # name
    name=$1 log=$logs/$1.log pid_file=$state/$1.pid delay=1 ready='' failed=''
    exec 4<>"$state/$name.events"
    load_container "/containers/services/$name"
    read_uptime
    deadline=$((seconds + ready_timeout))
    if ! prepare >>"$log" 2>&1; then
        fail "cannot be prepared: $(last_line "$log")"
        end
    fi
    while :; do
        run_service
        after_exit
    done
}

end() {
    echo "ended $name" >&3
    exit
}

become_ready() {
    ready=1
    read_uptime
    [ $# -eq 0 ] || say "service $name ready ${uptime}s"
    echo "ready $name" >&3
}

# Says so once: what waits for the machine needs no more, and a service may still come up.
fail() { # reason
    [ -z "$failed$ready" ] || return 0
    failed=1
    echo "failed $name service $name $1" >&3
}

check_deadline() { # reason
    [ -z "$failed$ready" ] && [ "$seconds" -ge "$deadline" ] || return 0
    say "service $name not ready after ${ready_timeout}s: $1"
    fail "not ready after ${ready_timeout}s: $1"
}

run_service() {
    read_uptime
    started=$seconds well='' failures=0 pause=1 rotated=$seconds stop_at='' pid=''
    {
        run_container "$name" "$log" "$pid_file"
        echo "exited $?" >&4
    } &
    say "service $name started"
    until wait_event; do
        read_uptime
        if [ -n "$stop_at" ]; then
            terminate
        elif [ -z "$well" ]; then
            start_up
        elif ! healthy; then
            say "service $name unhealthy: $reason"
            signal KILL
        fi
        rotate_log
    done
    wait
}

# True when the service has ended, with its exit code in `code`.
wait_event() {
    event=''
    # shellcheck disable=SC3045
    read -r -t "$((pause / 10)).$((pause % 10))" event code <&4
    if [ "$event" = stop ]; then
        read_uptime
        stop_at=$((seconds + stop_timeout)) signal=TERM pause=1
    fi
    [ "$event" = exited ]
}

terminate() {
    [ "$seconds" -lt "$stop_at" ] || signal=KILL
    [ -z "$signal" ] || ! signal "$signal" || signal=''
}

signal() { # name
    read -r pid <"$pid_file" && kill "-$1" "$pid"
} 2>/dev/null

start_up() {
    if first_probe; then
        well=1 pause=$((health_interval * 10))
        [ -n "$ready" ] || become_ready aloud
    else
        check_deadline "$reason"
        [ "$health" = tcp ] || [ "$pause" -ge 10 ] || pause=$((pause * 2))
    fi
}

# What the service writes is appended, so the file can be cut while it is open.
rotate_log() {
    [ "$seconds" -ge "$((rotated + 30))" ] || return 0
    rotated=$seconds
    if [ "$(stat -c %s "$log")" -gt 1048576 ]; then
        cp "$log" "$log.1"
        : >"$log"
    fi
}

after_exit() {
    read_uptime
    if [ -n "$stop_at" ]; then
        say "service $name stopped"
        end
    fi
    line=$(last_line "$log")
    [ -s "$pid_file" ] || fail "cannot start: $line"
    if [ "$restart" = never ] || { [ "$restart" = on-failure ] && [ "$code" -eq 0 ]; }; then
        say "service $name exited $code"
        if [ "$code" -eq 0 ]; then
            [ -n "$ready" ] || become_ready
        else
            fail "exited $code: $line"
        fi
        end
    fi
    [ "$((seconds - started))" -lt 30 ] || delay=1
    say "service $name exited $code, restarting in ${delay}s: $line"
    check_deadline "exited $code: $line"
    back_off
}

back_off() {
    event='' retry=$((seconds + delay))
    while [ "$seconds" -lt "$retry" ]; do
        # shellcheck disable=SC3045
        read -r -t "$((retry - seconds))" event <&4
        [ "$event" != stop ] || end
        read_uptime
    done
    delay=$((delay * 2))
    [ "$delay" -le 30 ] || delay=30
}
