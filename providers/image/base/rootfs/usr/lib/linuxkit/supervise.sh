# One process for each service. It sleeps in a read of the service's own pipe, through which its end or a stop wakes it. What
# happened stands in a file: ash loses what it has read of a line when its time-out comes in the middle of it.

. /usr/lib/linuxkit/health.sh

supervise() { # name
    name=$1 log=$logs/$1.log pid_file=$state/$1.pid delay=1 ready='' failed='' reason='it does not start'
    exec 4<>"$state/$name.events"
    load_container "/containers/services/$name"
    read_uptime
    deadline=$((seconds + ready_timeout))
    if prepare >>"$log" 2>&1; then
        while run_service; do
            back_off
        done
    else
        fail "cannot be prepared: $(last_line "$log")"
    fi
    end
}

end() {
    echo "ended $name" >&3
    exit
}

# Says so once: what waits for the machine needs no more, though the service may still come up.
fail() { # reason
    [ -n "$failed$ready" ] || echo "failed $name service $name $1" >&3
    failed=1
}

become_ready() {
    [ -n "$ready" ] || echo "ready $name" >&3
    ready=1
}

check_deadline() {
    [ -z "$failed$ready" ] && [ "$seconds" -ge "$deadline" ] || return 0
    say "service $name not ready after ${ready_timeout}s: $reason"
    fail "not ready after ${ready_timeout}s: $reason"
}

run_service() {
    rm -f "$pid_file" "$state/$name.code"
    read_uptime
    started=$seconds alive='' well='' failures=0 pause=1 rotated=$seconds stop_at=''
    {
        "$runner" "$name" "$log" "$pid_file"
        echo $? >"$state/$name.code"
        echo >&4
    } &
    process=$!
    say "service $name started"
    until wait_event; do
        read_uptime
        if [ -n "$stop_at" ]; then
            [ "$seconds" -lt "$stop_at" ] || signal=KILL
            [ -z "$signal" ] || ! read_pid || ! kill "-$signal" "$pid" 2>/dev/null || signal=''
            [ "$seconds" -lt "$((stop_at + 5))" ] || end
        elif [ -z "$well" ]; then
            start_up
        elif kill -0 "$pid" 2>/dev/null && ! healthy; then
            say "service $name unhealthy: $reason"
            kill -KILL "$pid"
        fi
        rotate_log
    done
    wait "$process"
    after_exit
}

# True when the service has ended, with its exit code in `code`.
wait_event() {
    read -r -t "$((pause / 10)).$((pause % 10))" _ <&4
    if [ -z "$stop_at" ] && [ -e "$state/$name.stop" ]; then
        read_uptime
        stop_at=$((seconds + stop_timeout)) signal=TERM pause=1
    fi
    [ -s "$state/$name.code" ] && read -r code <"$state/$name.code"
}

start_up() {
    if first_probe; then
        well=1 pause=$health_interval
        read_uptime
        say "service $name ready ${uptime}s"
        become_ready
    else
        check_deadline
        [ "$health" = tcp ] || [ "$pause" -ge 10 ] || pause=$((pause * 2))
    fi
}

# What the service writes is appended, so the file can be cut while it is open.
rotate_log() {
    [ "$seconds" -ge "$((rotated + 30))" ] || return 0
    rotated=$seconds
    [ "$(stat -c %s "$log")" -gt 1048576 ] || return 0
    cp "$log" "$log.1"
    : >"$log"
}

# True when it is to be started again.
after_exit() {
    read_uptime
    if [ -n "$stop_at" ]; then
        say "service $name stopped"
        return 1
    fi
    line=$(last_line "$log")
    reason="exited $code: $line"
    [ -s "$pid_file" ] || fail "cannot start: $line"
    if [ "$restart" = never ] || [ "$restart$code" = on-failure0 ]; then
        say "service $name $reason"
        [ "$code" -ne 0 ] || become_ready
        fail "$reason"
        return 1
    fi
    say "service $name exited $code, restarting in ${delay}s: $line"
    check_deadline
}

# 1 s, doubled up to 30, and 1 again after half a minute of life.
back_off() {
    [ "$((seconds - started))" -lt 30 ] || delay=1
    retry=$((seconds + delay))
    while [ "$seconds" -lt "$retry" ]; do
        read -r -t "$((retry - seconds))" _ <&4
        [ ! -e "$state/$name.stop" ] || end
        read_uptime
    done
    delay=$((delay < 16 ? delay * 2 : 30))
}
