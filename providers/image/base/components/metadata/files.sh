# From what a provider has said to files: the user data in LinuxKit's layout, the host name, and a line on the console.

make_entry() { # kind permissions content path
    case $1 in
    folder) mkdir -p "$config/$4" && chmod "$2" "$config/$4" ;;
    file)
        rm -f "$config/$4"
        (umask 077 && printf %s "$3" | base64 -d >"$config/$4") && chmod "$2" "$config/$4"
        ;;
    closed) chmod "$2" "$config/$4" ;;
    esac
}

# All of the layout or nothing of it: user data is free to be JSON of another kind, or no JSON at all. No word of it is shown.
unfold() {
    files=0
    [ "$(tr -d ' \t\r\n' <"$config/userdata" | head -c 1)" = '{' ] || return 0
    if ! /usr/bin/jq -s -r -f /tree.jq "$config/userdata" >"$work/tree" 2>"$work/problem"; then
        say "the user data is kept as it is, and no files made of it: $(sed -n '1{s/^jq: parse error: /not JSON: /;s/^jq: error ([^)]*): //;p;}' "$work/problem")"
        return 0
    fi
    while IFS="$tab" read -r kind permissions content path; do
        make_entry "$kind" "$permissions" "${content#=}" "$path" || fail 'a file of the user data cannot be written'
        [ "$kind" != file ] || files=$((files + 1))
    done <"$work/tree"
}

# Linux takes 64 bytes: of a longer name, what stands before the first dot.
set_hostname() {
    read -r hostname <"$config/hostname" || [ -n "$hostname" ] || return 1
    hostname=${hostname%"$cr"}
    [ ${#hostname} -le 64 ] || hostname=${hostname%%.*}
    case $hostname in
    '' | *[!A-Za-z0-9.-]*) say 'the host name is kept as it was: the new one is none' && return 1 ;;
    esac
    printf '%s\n' "$hostname" >/proc/sys/kernel/hostname
}

count() { # number what
    case $1 in
    0) ;;
    1) found="$found, 1 $2" ;;
    *) found="$found, $1 ${2}s" ;;
    esac
}

take_over() {
    tab=$(printf '\t') files=0 found='no user data'
    printf %s "$name" >"$config/provider"
    if [ -s "$config/userdata" ]; then
        found="$(wc -c <"$config/userdata") bytes of user data"
        unfold
    fi
    count "$files" file
    [ ! -e "$config/ssh/authorized_keys" ] || count "$(grep -c . "$config/ssh/authorized_keys")" 'ssh key'
    [ ! -e "$config/hostname" ] || ! set_hostname || found="$found, host name"
    say "$name: $found"
}
