import { Scalar } from "yaml";

/**
 * What a scalar means to gopkg.in/yaml.v3, which linuxkit reads with: YAML 1.2, and of 1.1 the integers
 * `0644` (octal), `0b11` and `1_000`.
 */
export function plainScalar({ value, type, source, tag }: Scalar): unknown {
    if (type !== Scalar.PLAIN || source === undefined || tag !== undefined) {
        return typeof value === "symbol" ? source : value;
    }
    return integerOf(source) ?? (typeof value === "bigint" ? Number(value) : value);
}

/** Only what YAML 1.2 reads otherwise. */
function integerOf(source: string): number | undefined {
    const [, sign = "", digits = ""] = /^([-+]?)(0[0-7_]+|0b[01_]+|[0-9][0-9_]*)$/.exec(source) ?? [];
    const plain = digits.replaceAll("_", "");
    if (plain === "" || (digits === plain && !plain.startsWith("0"))) {
        return undefined;
    }
    const octal = /^0[0-7]+$/.test(plain);
    const size = Number(octal ? `0o${plain.slice(1)}` : plain);
    return Number.isNaN(size) ? undefined : sign === "-" ? -size : size;
}

/** Whether a YAML reader of whatever version could take this text, written plain, for something else than this string. */
export function needsQuotes(text: string): boolean {
    return !/^[A-Za-z/_][\x20-\x7e]*$/.test(text) || /^(y|yes|n|no|on|off|true|false|null|nan|inf)$/i.test(text);
}

/** Line breaks of YAML 1.1, which gopkg.in/yaml.v3 knows, and what it takes for control characters. */
const escaped = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Whether all of a text's characters stand for themselves in every style. */
export function isTame(text: string): boolean {
    return text.search(escaped) === -1;
}

/** Escapes in double-quoted scalars, the only ones that hold such characters. */
export function escapeAll(yaml: string): string {
    return yaml.replaceAll(escaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
