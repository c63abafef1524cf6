# Prints the values of JSON that is indented by 4, one a line: "path<TAB>value"; ends with 1 at a line that is not.
{
    line = $0
    sub(/^ */, "", line)
    sub(/,$/, "", line)
    closes = line ~ /^[]}]$/
    depth -= closes
    if (length($0) - length(line) - ($0 ~ /,$/) != 4 * depth) {
        print "indentation\tline " NR
        exit 1
    }
    if (closes)
        next
    key = count[depth]++
    if (match(line, /^"[^"]*": /)) {
        key = substr(line, 2, RLENGTH - 4)
        line = substr(line, RLENGTH + 1)
    }
    path = depth == 0 ? "" : (depth == 1 ? "" : inside[depth] ".") key
    if (line ~ /^[[{]$/) {
        inside[++depth] = path
        count[depth] = 0
    } else {
        gsub(/^"|"$/, "", line)
        print path "\t" line
    }
}
