/** A name that several packages may provide the program of (update-alternatives(1)). Paths as the script has them. */
export interface Alternative {
    readonly link: string;
    readonly target: string;
    readonly priority: number;
}

const INSTALL =
    /update-alternatives\s+(?:--\S+\s+)*?--install\s+(\S+)\s+\S+\s+(\S+)\s+(\d+)((?:\s+--slave\s+\S+\s+\S+\s+\S+)*)/g;
const SLAVE = /--slave\s+(\S+)\s+\S+\s+(\S+)/g;

/** The alternatives that a script installs in so many words; nothing is run, so those with variables are not found. */
export function alternativesOf(script: string): Alternative[] {
    const joined = script.replace(/\\\n/g, " ");
    return [...joined.matchAll(INSTALL)].flatMap(([, link = "", target = "", priority = "0", slaves = ""]) => {
        const followers = [...slaves.matchAll(SLAVE)].map(([, name = "", path = ""]) => ({ link: name, target: path }));
        return [{ link, target }, ...followers]
            .filter((pair) => !`${pair.link}${pair.target}`.includes("$"))
            .map((pair) => ({ ...pair, priority: Number(priority) }));
    });
}

/** Sections that debhelper generates: units, caches, and what is read from the package's own declarations instead. */
const GENERATED = /# Automatically added by [\s\S]*?# End automatically added section/g;

/** Lines that make nothing an image needs, or only frame what does. */
const TRIVIAL: readonly RegExp[] = [
    /^#/,
    /^(set|umask|export LC_ALL|unset) /,
    /^(set -e|true|:|fi|else|done|esac|;;|\{|\}|\)|then|do|return( \d)?)$/,
    /^exit\b/,
    /^(echo|printf)\b.*(>&2)?$/,
    /^(case|if|elif|then|while|for)\b.*/,
    /^["']?\$?[\w|*\s"'.-]+\)(\s*(;;|:|true|exit \d)?)*$/,
    /^(ldconfig|dpkg-trigger|dpkg-maintscript-helper|db_\w+|\. \/usr\/share\/debconf|py3compile|py3clean|pycompile)\b/,
    /^(invoke-rc\.d|update-rc\.d|systemctl|deb-systemd-helper|deb-systemd-invoke|service|udevadm|start-stop-daemon)\b/,
    /^(update-mime|update-menus|install-info|update-icon-caches|glib-compile-schemas|apparmor_parser)\b/,
    /^[A-Za-z_]\w*=("[^"$`]*"|'[^']*'|[^\s$`"']*)$/,
];

/** Whether a script does more than debhelper's own sections, restarts and messages. */
export function doesWork(script: string): boolean {
    const own = script
        .replace(GENERATED, "")
        .replace(/\\\n/g, " ")
        .replace(/update-alternatives\s[^\n;]*/g, ":")
        // Since the merged /usr, these only keep dpkg's own records straight.
        .replace(/dpkg-divert\s[^\n;]*usr-is-merged[^\n;]*/g, ":")
        .split("\n")
        .map((line) => line.trim().replace(/\s*(\|\|\s*(true|exit \$\?|:)|;;)\s*$/, ""));
    return own.some((line) => line !== "" && !TRIVIAL.some((pattern) => pattern.test(line)));
}
