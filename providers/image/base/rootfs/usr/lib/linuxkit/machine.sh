# shellcheck shell=sh
# What the kernel leaves to do before anything can run. Builtins only where possible: a fork is milliseconds.

mount_filesystems() {
    mount -t devtmpfs -o nosuid,noexec,mode=755 dev /dev
    mkdir -p /dev/pts /dev/shm /dev/mqueue
    ln -s /proc/self/fd /dev/fd
    ln -s /proc/self/fd/0 /dev/stdin
    ln -s /proc/self/fd/1 /dev/stdout
    ln -s /proc/self/fd/2 /dev/stderr
    mount -a
    mount -o rshared none /
    mkdir -p /run/resolvconf "$state"
    : >>/run/resolvconf/resolv.conf
    for controller in cpuset cpu io memory pids; do
        echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
    done 2>/dev/null
}

# A driver can bring up a bus with devices of its own, so this goes on until nothing new is seen.
load_modules() {
    seen=' '
    set -- overlay
    while [ $# -gt 0 ]; do
        modprobe -abq "$@" 2>/dev/null
        set --
        for file in /sys/bus/*/devices/*/modalias /sys/class/input/input*/modalias; do
            read -r alias <"$file" || continue
            case $seen in *" $alias "*) continue ;; esac
            seen="$seen$alias "
            set -- "$@" "$alias"
        done 2>/dev/null
    done
}

set_hostname() {
    name=
    read -r name </etc/hostname
    if [ -z "$name" ] && read -r name </sys/class/net/eth0/address; then
        name=linuxkit-$(echo "$name" | tr -d :)
    fi
    echo "${name:-linuxkit}" >/proc/sys/kernel/hostname
} 2>/dev/null

set_clock() {
    read -r from_rtc </sys/class/rtc/rtc0/hctosys 2>/dev/null || return 0
    [ "$from_rtc" = 1 ] || hwclock --hctosys --utc
}

# A volume is written to in memory, unless it is marked as read-only.
mount_volumes() {
    for volume in /containers/volumes/*; do
        [ -d "$volume/lower" ] || continue
        if [ -e "$volume/readonly" ]; then
            mount -o bind "$volume/lower" "$volume/merged"
            mount -o remount,bind,ro "$volume/merged"
        else
            mount -t tmpfs tmpfs "$volume/tmp"
            mkdir -p "$volume/tmp/upper" "$volume/tmp/work"
            layers="lowerdir=$volume/lower,upperdir=$volume/tmp/upper,workdir=$volume/tmp/work"
            mount -t overlay -o "$layers" overlay "$volume/merged"
        fi
    done
}

watch_power_button() {
    for device in /dev/input/event*; do
        [ -e "$device" ] || return 0
    done
    acpid -f -l /dev/null
}
