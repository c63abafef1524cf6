/** Below the end of a part, which is below letters, which are below everything else. */
function weight(character: string | undefined): number {
    if (character === undefined || isDigit(character)) {
        return 0;
    }
    if (character === "~") {
        return -1;
    }
    return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function isDigit(character: string | undefined): boolean {
    return character !== undefined && character >= "0" && character <= "9";
}

function compareNumbers(a: string, b: string): number {
    const left = a.replace(/^0+/, "");
    const right = b.replace(/^0+/, "");
    if (left.length !== right.length) {
        return left.length - right.length;
    }
    return left < right ? -1 : left > right ? 1 : 0;
}

function digitsFrom(text: string, start: number): string {
    let end = start;
    while (isDigit(text[end])) {
        end += 1;
    }
    return text.slice(start, end);
}

function compareParts(a: string, b: string): number {
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
        while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
            const difference = weight(a[i]) - weight(b[j]);
            if (difference !== 0) {
                return difference;
            }
            i += 1;
            j += 1;
        }
        const left = digitsFrom(a, i);
        const right = digitsFrom(b, j);
        const difference = compareNumbers(left, right);
        if (difference !== 0) {
            return difference;
        }
        i += left.length;
        j += right.length;
    }
    return 0;
}

interface VersionParts {
    readonly epoch: string;
    readonly upstream: string;
    readonly revision: string;
}

function splitVersion(version: string): VersionParts {
    const colon = version.indexOf(":");
    const rest = version.slice(colon + 1);
    const hyphen = rest.lastIndexOf("-");
    return {
        epoch: colon < 0 ? "0" : version.slice(0, colon),
        upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
        revision: hyphen < 0 ? "" : rest.slice(hyphen + 1),
    };
}

/** Negative, zero or positive, as Debian Policy 5.6.12 orders versions: epoch, upstream version, revision; `~` before all. */
export function compareVersions(a: string, b: string): number {
    const left = splitVersion(a);
    const right = splitVersion(b);
    return (
        compareNumbers(left.epoch, right.epoch) ||
        compareParts(left.upstream, right.upstream) ||
        compareParts(left.revision, right.revision)
    );
}

export type VersionOperator = "<<" | "<=" | "=" | ">=" | ">>";

/** Whether `version` stands in the relation to `bound` (Debian Policy 7.1). */
export function satisfiesVersion(version: string, operator: VersionOperator, bound: string): boolean {
    const order = compareVersions(version, bound);
    switch (operator) {
        case "<<":
            return order < 0;
        case "<=":
            return order <= 0;
        case "=":
            return order === 0;
        case ">=":
            return order >= 0;
        case ">>":
            return order > 0;
    }
}
