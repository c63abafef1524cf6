import { LinuxKitError } from "../../../../sdk/assembly/error";
import { attributes } from "./file";

const ENTRY_BYTES = 32;
const UNITS_PER_ENTRY = 13;
const MAX_UNITS = 255;
const LAST_ENTRY = 0x40;
/** Where the 13 UTF-16 units of an entry stand: LDIR_Name1, LDIR_Name2 and LDIR_Name3. */
const UNIT_OFFSETS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
const SHORT = /^[A-Z0-9!#$%&'()@^_`{}~-]{1,8}(\.[A-Z0-9!#$%&'()@^_`{}~-]{1,3})?$/;

/** A name as a directory holds it: eleven bytes, and the entries with the long name before them. */
export interface FatName {
    readonly short: Buffer;
    readonly long: Buffer;
}

/**
 * The entries of a directory's names. A name that is not upper-case 8.3 gets a long one, and a short one of its own:
 * itself in upper case where that is free, else with a number.
 */
export function fatNames(names: readonly string[]): ReadonlyMap<string, FatName> {
    names.forEach((name) => checkName(name, names));
    const taken = new Set(names.filter((name) => SHORT.test(name)));
    return new Map(names.map((name) => [name, fatName(name, taken)]));
}

/** Number of directory entries that a name takes. */
export function entryCount(name: string): number {
    return SHORT.test(name) ? 1 : 1 + Math.ceil(name.length / UNITS_PER_ENTRY);
}

/** Eleven bytes of an 8.3 name. */
function padded(short: string): Buffer {
    const [stem = "", extension = ""] = short.split(".");
    return Buffer.from(stem.padEnd(8) + extension.padEnd(3), "latin1");
}

function fatName(name: string, taken: Set<string>): FatName {
    if (SHORT.test(name)) {
        return { short: padded(name), long: Buffer.alloc(0) };
    }
    const alias = freeAlias(name, taken);
    taken.add(alias);
    const short = padded(alias);
    return { short, long: longEntries(name, checksum(short)) };
}

function freeAlias(name: string, taken: ReadonlySet<string>): string {
    const upper = name.toUpperCase();
    if (SHORT.test(upper) && !taken.has(upper)) {
        return upper;
    }
    const dot = upper.lastIndexOf(".");
    const stem = legal(dot > 0 ? upper.slice(0, dot) : upper);
    const extension = dot > 0 ? legal(upper.slice(dot + 1)).slice(0, 3) : "";
    for (let number = 1; ; number++) {
        const tail = `~${number}`;
        const alias = `${stem.slice(0, 8 - tail.length)}${tail}${extension === "" ? "" : `.${extension}`}`;
        if (!taken.has(alias)) {
            return alias;
        }
    }
}

function legal(text: string): string {
    return text.replaceAll(/[ .]/g, "").replaceAll(/[^A-Z0-9!#$%&'()@^_`{}~-]/g, "_");
}

/** Of the short name, kept in each long entry (section "FAT Long Directory Entries"). */
function checksum(short: Buffer): number {
    return short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}

function longEntries(name: string, sum: number): Buffer {
    const count = Math.ceil(name.length / UNITS_PER_ENTRY);
    const bytes = Buffer.alloc(count * ENTRY_BYTES);
    for (let number = count; number > 0; number--) {
        const entry = bytes.subarray((count - number) * ENTRY_BYTES);
        entry[0] = number | (number === count ? LAST_ENTRY : 0);
        entry[11] = attributes.longName;
        entry[13] = sum;
        UNIT_OFFSETS.forEach((offset, unit) => {
            const index = (number - 1) * UNITS_PER_ENTRY + unit;
            const filler = index === name.length ? 0 : 0xffff;
            entry.writeUInt16LE(index < name.length ? name.charCodeAt(index) : filler, offset);
        });
    }
    return bytes;
}

function checkName(name: string, siblings: readonly string[]): void {
    const fold = name.toUpperCase();
    if (siblings.some((other) => other !== name && other.toUpperCase() === fold)) {
        throw inexpressible(name, "another one differs from it in case only");
    }
    if (name === "" || /["*/:<>?\\|\p{Cc}]|[. ]$/u.test(name)) {
        throw inexpressible(name, 'it is empty, ends in a dot or a space, or holds one of " * / : < > ? \\ |');
    }
    if (name.length > MAX_UNITS) {
        throw inexpressible(name, `it is longer than ${MAX_UNITS} characters`);
    }
}

function inexpressible(name: string, reason: string): LinuxKitError {
    return new LinuxKitError("DiskName", `The name "${name}" cannot stand on a FAT volume: ${reason}.`, {
        name,
        reason,
    });
}
