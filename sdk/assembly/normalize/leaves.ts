import { isOpaque } from "../inputs";
import { suggestion } from "../read/findings";
import { integer, leaf, list, type Reader, text, refine } from "../read/reader";
import { durationForms, parseBytes, parseDuration, sizeForms } from "../units";
import { isAccountName } from "./names";

/** What a component may refer to. */
export interface Context {
    readonly architecture: "amd64" | "arm64" | undefined;
    /** Names of containers, whose ids a `uid` may mean. */
    readonly containers: readonly string[];
    readonly volumes: readonly string[];
}

export function isAbsolutePath(path: string): boolean {
    return path.startsWith("/") && !path.includes("\0") && !path.split("/").includes("..");
}

export const absolutePath: Reader<string> = text(
    { what: 'an absolute path without "..", such as "/var/lib/redis"' },
    isAbsolutePath,
);

/** A path of the machine, or a relative one, which LinuxKit's init takes for one in the container's root. */
export const rootPath: Reader<string> = text(
    { what: 'a path without "..", such as "/var/lib/redis"' },
    (value) => value !== "" && isAbsolutePath(`/${value}`),
);

export const strings: Reader<readonly string[]> = list(text(), "a list of strings");
export const paths: Reader<readonly string[]> = list(absolutePath, "a list of absolute paths");

export const secretText: Reader<string> = text({ what: "a string", secret: true });

/** A program and its arguments; arguments may be secrets. */
export const command: Reader<readonly string[]> = refine(
    list(
        text({ what: "a string without a NUL character", secret: true }, (each) => !each.includes("\0")),
        'a list of a program and its arguments, such as ["redis-server", "--port", "6379"]',
    ),
    (words, path, findings) =>
        words[0] === undefined || words[0] === ""
            ? findings.reject(path, 'must name a program first, such as ["redis-server"]')
            : words,
);

export const mode: Reader<string> = leaf({ what: 'an octal mode as a string, such as "0644"' }, (value) =>
    typeof value === "string" && /^[0-7]{3,4}$/.test(value) ? value.padStart(4, "0") : undefined,
);

export const port: Reader<number> = integer("a port, a whole number from 1 to 65535", 1, 65535);

const bytes: Reader<number> = leaf({ what: `${sizeForms}, or a number of bytes` }, (value) =>
    Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : undefined,
);

/** A size with its unit, or a whole number of bytes, which LinuxKit's files hold. */
export const size: Reader<number> = (value, path, findings) => {
    if (typeof value !== "string" || isOpaque(value)) {
        return bytes(value, path, findings);
    }
    try {
        return parseBytes(value);
    } catch (error) {
        return findings.reject(path, (error as Error).message);
    }
};

export function duration(minimumSeconds: number): Reader<number> {
    const what = minimumSeconds > 0 ? `${durationForms}, and more than zero` : durationForms;
    return leaf({ what }, (value) => {
        const seconds = typeof value === "string" ? parsed(() => parseDuration(value)) : undefined;
        return seconds !== undefined && seconds >= minimumSeconds ? seconds : undefined;
    });
}

function parsed(parse: () => number): number | undefined {
    try {
        return parse();
    } catch {
        return undefined;
    }
}

const highestId = 2 ** 32 - 2;

const isId = (value: unknown): value is number =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= highestId;

/** A uid or gid of a process: a number, or a name that the build looks up among the containers and in the image. */
export const processIdentity: Reader<number | string> = leaf(
    { what: `a whole number from 0 to ${highestId}, or the name of a container or of the image's /etc/passwd` },
    (value) => (isId(value) || (typeof value === "string" && isAccountName(value)) ? value : undefined),
);

/** A uid or gid of a file: a number, "root", or the name of a container. */
export function fileIdentity(context: Context): Reader<number | string> {
    const read: Reader<number | string> = leaf(
        { what: `a whole number from 0 to ${highestId}, or the name of a container` },
        (value) => (isId(value) || (typeof value === "string" && value !== "") ? value : undefined),
    );
    return refine(read, (value, path, findings) => {
        if (typeof value === "number" || value === "root" || context.containers.includes(value)) {
            return value;
        }
        const hint = /^\d+$/.test(value) ? "; write an id as a number" : suggestion(value, context.containers);
        return findings.reject(
            path,
            `${JSON.stringify(value)} is not the name of a container, whose id is meant${hint}`,
        );
    });
}
