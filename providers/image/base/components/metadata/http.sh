# Questions to the metadata service of a cloud. busybox's wget can neither PUT nor tell a status, so nc carries them.

server=169.254.169.254 port=80
most=1048576 # bytes of an answer
patience=10  # seconds for an answer
deadline=120 # seconds for all of them
cr=$(printf '\r')

seconds_now() {
    read -r now _ </proc/uptime
    echo "${now%.*}"
}

# The request waits in a pipe that stays open: the end of what is sent would be the end of who asks, to some servers.
exchange() { # method path header...
    request="$1 $2 HTTP/1.0"
    shift 2
    mkfifo "$work/request"
    exec 4<>"$work/request"
    rm -f "$work/request" "$work/whole"
    printf '%s\r\n' "$request" "Host: $host" 'Connection: close' "$@" '' >&4
    {
        timeout -s KILL "$patience" nc "$server" "$port" <&4 2>/dev/null && : >"$work/whole"
    } | head -c $((most + 1)) >"$work/answer"
    exec 4>&-
}

# Sets `status`, and `problem` unless the file `body` is all of an answer.
read_answer() {
    version='' status='' length='' problem=''
    {
        read -r version status _
        while read -r field value && [ -n "${field%"$cr"}" ]; do
            case $field in
            [Cc]ontent-[Ll]ength:) length=${value%"$cr"} ;;
            [Tt]ransfer-[Ee]ncoding:) version=encoded ;;
            esac
        done
        cat >"$work/body"
    } <"$work/answer"
    status=${status%"$cr"} size=$(wc -c <"$work/body")
    case "$version $status $length" in
    ' '*) problem='does not answer' ;;
    HTTP/1.[01]\ [1-5][0-9][0-9]\ ) [ -e "$work/whole" ] || problem="has not ended its answer after $size bytes" ;;
    HTTP/1.[01]\ [1-5][0-9][0-9]\ *[!0-9]*) problem='answers with a length that is none' ;;
    HTTP/1.[01]\ [1-5][0-9][0-9]\ *)
        [ "$size" -ge "$length" ] || problem="ends its answer after $size of $length bytes"
        head -c "$length" "$work/body" >"$work/exact" && mv "$work/exact" "$work/body"
        ;;
    *) problem='answers in no form of HTTP/1.0' ;;
    esac
    [ "$(wc -c <"$work/answer")" -le "$most" ] || problem="answers with more than $most bytes"
}

# Asks until there is an answer that will stay: 0 with the file `body`, 1 when there is no such thing, 2 with a `status`.
ask() { # method path header...
    : "${give_up:=$(($(seconds_now) + deadline))}"
    pause=1
    while :; do
        exchange "$@"
        read_answer
        case $problem:$status in
        :200) return 0 ;;
        :404) return 1 ;;
        :429 | :5??) problem="answers HTTP $status" ;;
        :*) return 2 ;;
        esac
        [ $(($(seconds_now) + pause)) -lt "$give_up" ] ||
            fail "$server $problem when asked for $2: is the network up (dhcp() before metadata()), and the service on?"
        sleep "$pause"
        [ "$pause" -ge 8 ] || pause=$((pause * 2))
    done
}

get() { # path
    ask GET "$1" "$header"
    code=$?
    [ "$code" -lt 2 ] || fail "$server refuses $1: HTTP $status"
    return "$code"
}
