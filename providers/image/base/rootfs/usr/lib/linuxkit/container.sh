# One container: what its service.sh asks for, and the runtime that runs it.

state=/run/linuxkit logs=/run/log runtime=crun service_runner=run_container
command -v crun >/dev/null || runtime=runc

say() {
    echo "${line_start}linuxkit: $*" >/dev/console
}

# To variables, since a command substitution would fork.
read_uptime() {
    read -r uptime _ </proc/uptime
    seconds=${uptime%.*} hundredths=${uptime%.*}${uptime#*.}
}

# crun's word about a hook is left out for the hook's own, which stands before it.
last_line() { # file
    line=$(grep -v -e '^$' -e '^error executing hook' "$1" 2>/dev/null | tail -n 1 | tr -d '\000-\037\177' | cut -c 1-300)
    echo "${line:-no output}"
}

# Sets what a service.sh says, and the functions `prepare` and `health_command`.
load_container() { # directory
    runner=$service_runner
    . "$1/service.sh"
    [ "$runner" != run_task ] || dependencies="$dependencies containerd"
    bundle=$1$bundle_folder
}

# For the `prepare` of a service.sh.
mount_at() { # type source destination options
    mkdir -p "$3" && mount ${1:+-t "$1"} ${4:+-o "$4"} "$2" "$3"
}

run_container() { # id log pid-file
    [ ! -d "/run/$runtime/$1" ] || "$runtime" delete -f "$1"
    "$runtime" run --bundle "$bundle" --pid-file "$3" "$1" </dev/null
} >>"$2" 2>&1

# Runs the containers of a section in order, up to the first that fails: why is left in `failure`.
run_section() { # section
    for directory in "/containers/$1"/*; do
        [ -e "$directory/service.sh" ] || continue
        id=${directory##*/} log=$logs/${directory##*/}.log
        load_container "$directory"
        say "$1 ${id#???-} started"
        prepare >>"$log" 2>&1 && run_container "$id" "$log" "$state/pid.$1"
        code=$?
        rm -f "$state/pid.$1"
        [ "$code" -eq 0 ] && continue
        failure="$1 ${id#???-} failed: exit $code: $(last_line "$log")"
        say "$failure"
        return 1
    done
}
