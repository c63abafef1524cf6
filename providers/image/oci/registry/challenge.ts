/** One way to log in that a server names in WWW-Authenticate (RFC 9110 11.6.1). */
export interface Challenge {
    /** In lower case: "bearer", "basic". */
    readonly scheme: string;
    /** Names in lower case. */
    readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`[\\s,]*(${TOKEN})(?=[\\s,]|$)`, "y");
const PARAMETER = new RegExp(`[\\s,]*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`, "ys");
/** Credentials in one piece, which neither scheme of a registry has. */
const TOKEN68 = /\s+[A-Za-z0-9._~+/-]+=*(?=\s*(?:,|$))/y;

/** What comes after something that is no challenge is left out. */
export function parseChallenges(header: string): readonly Challenge[] {
    const challenges: Challenge[] = [];
    for (let position = 0; position < header.length;) {
        const scheme = matchAt(SCHEME, header, position);
        if (scheme === undefined) {
            break;
        }
        position = (matchAt(TOKEN68, header, scheme.end) ?? scheme).end;
        const parameters = new Map<string, string>();
        for (let found = matchAt(PARAMETER, header, position); found; found = matchAt(PARAMETER, header, position)) {
            const [, name = "", quoted, plain = ""] = found.groups;
            parameters.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/gs, "$1"));
            position = found.end;
        }
        challenges.push({ scheme: (scheme.groups[1] ?? "").toLowerCase(), parameters });
    }
    return challenges;
}

function matchAt(
    pattern: RegExp,
    text: string,
    position: number,
): { groups: RegExpExecArray; end: number } | undefined {
    pattern.lastIndex = position;
    const groups = pattern.exec(text);
    return groups === null ? undefined : { groups, end: pattern.lastIndex };
}
