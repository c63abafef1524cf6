# What the kernel leaves to do before anything can run. Builtins where possible: under emulation a process costs ten milliseconds.

mount_filesystems() {
    mkdir -p /dev/pts /dev/shm /dev/mqueue
    ln -s /proc/self/fd /dev/fd && ln -s fd/0 /dev/stdin && ln -s fd/1 /dev/stdout && ln -s fd/2 /dev/stderr
    mount -a
    mount -o make-rshared /
    mkdir -p "$logs" "$state" /run/resolvconf
    mount -t tmpfs -o nosuid,nodev,noexec,mode=755,size=5% tmpfs "$logs"
    : >>/run/resolvconf/resolv.conf
    for controller in cpuset cpu io memory pids; do
        echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
    done 2>/dev/null
}

# A driver can bring up a bus with devices of its own, so this goes on until nothing new is seen.
load_modules() { # module...
    seen=' '
    while
        for file in /sys/bus/*/devices/*/modalias; do
            read -r alias <"$file" || continue
            case $seen in *" $alias "*) continue ;; esac
            seen="$seen$alias "
            set -- "$@" "$alias"
        done 2>/dev/null
        [ $# -gt 0 ]
    do
        modprobe -abq "$@" 2>/dev/null
        set --
    done
}

# A last line without a newline is read, though `read` says it failed.
set_hostname() {
    name='' address=''
    read -r name </etc/hostname
    [ -n "$name" ] || address=$(tr -d : </sys/class/net/eth0/address)
    echo "${name:-linuxkit${address:+-$address}}" >/proc/sys/kernel/hostname
} 2>/dev/null

set_clock() {
    read -r from_rtc </sys/class/rtc/rtc0/hctosys 2>/dev/null || return 0
    [ "$from_rtc" = 1 ] || hwclock --hctosys --utc
}

# A volume is written to in memory, unless it is marked as read-only.
mount_volumes() {
    for volume in /containers/volumes/*; do
        if [ -e "$volume/readonly" ]; then
            mount -o bind "$volume/lower" "$volume/merged"
            mount -o remount,bind,ro "$volume/merged"
        elif [ -d "$volume/lower" ]; then
            mount -t tmpfs tmpfs "$volume/tmp"
            mkdir "$volume/tmp/upper" "$volume/tmp/work"
            layers="lowerdir=$volume/lower,upperdir=$volume/tmp/upper,workdir=$volume/tmp/work"
            mount -t overlay -o "$layers" overlay "$volume/merged"
        fi
    done
}

watch_power_button() {
    set -- /dev/input/event*
    [ ! -e "$1" ] || acpid -f -l /dev/null &
}
