# Services as containers of containerd. Nobody waits in it or in its client for the end of a service: that outlives both.

service_runner=run_task
export CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=1

# Its client waits for a socket that is not there, but not for one that nobody listens on.
run_program() { # name log pid-file
    "$1" </dev/null >>"$2" 2>&1 &
    echo $! >"$3"
    wait $!
    code=$?
    rm -f "/run/$1/$1.sock"
    return "$code"
} 2>/dev/null

# Without a process: nobody writes into that pipe, so it always fails.
nap() { # seconds
    read -r -t "$1" _ <&5
}

client() {
    ctr --connect-timeout 60s -n "$namespace" "$@"
}

# Runs a command again when containerd has ended in the middle of it: a process that ends has no program before it has no socket.
through_restarts() { # command
    while
        read -r instance <"$state/containerd.pid"
        ! "$1"
    do
        [ ! -e "/proc/$instance/exe" ] || return 1
        nap 1
    done
    return 0
} 2>/dev/null

# containerd makes a bundle of its own, so the root's path has to be whole.
start_task() { # [again]
    sed "s|^\( *\"path\": \"\)\(\.\./\)*rootfs\"|\1${bundle%/hooked}/rootfs\"|" "$bundle/config.json" |
        client run -d --config /dev/stdin --null-io --runc-binary /usr/lib/linuxkit/runc --pid-file "$pid_file" "$name" \
            >"$state/$name.answer" 2>&1 && return
    remove_task
    rm -f "$pid_file"
    # On a disk it finds what it had before the machine was off, or what it had when it ended itself.
    if [ -z "$1" ] && grep -q 'already exists' "$state/$name.answer"; then
        start_task again
        return
    fi
    # On one line, though what a hook said stands in the middle and ends in a newline.
    tr '\n' ' ' <"$state/$name.answer" | sed -e 's/^.* OCI runtime create failed: //' -e 's/ *\(: unknown\)* *$//' >>"$log"
    echo >>"$log"
    return 1
}

# Only a warning tells the exit code. It is containerd's 255 when that has lost sight of the task.
remove_task() {
    if answer=$(client tasks delete -f "$name" 2>&1); then
        code=${answer:+${answer##*exit code }}
        code=${code%%[!0-9]*}
        : "${code:=0}"
    else
        case $answer in *'not found'*) : "${code:=255}" ;; *) return 1 ;; esac
    fi
    client containers delete "$name" >/dev/null
}

# Looked at twice a second, its process is gone at once when the task's own shim has seen the end.
run_task() { # name log pid-file
    exec 5<>"$state/pause"
    through_restarts start_task || return
    read_pid && cd "/proc/$pid" && while [ -e stat ]; do
        nap 0.5
    done
    cd /
    [ ! -e "$state/$name.stop" ] || return 0
    code=''
    through_restarts remove_task
    return "$code"
} 2>/dev/null

# Not by containerd's client, which costs more, and fails while containerd is away.
in_container() {
    timeout -k 1 "$health_timeout" runc --root "/run/containerd/runc/$namespace" exec "$name" "$@"
}
