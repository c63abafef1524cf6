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

/** Whether a YAML reader of whatever version could take this text, written plain, for something else than a string. */
export function needsQuotes(text: string): boolean {
    return /^([-+.]?\d|[-+]?\.|<<$|=$)/.test(text) || /^(y|yes|n|no|on|off|true|false|null|nan|inf)$/i.test(text);
}
