import { isOpaque } from "../assembly/inputs";
import { type Findings, kindOf, member } from "../assembly/read/findings";
import { isAbsent, isObject } from "../assembly/read/reader";
import { checkKeys, checkKind, imageKind, isKind, type Kind } from "../given";

type Given = Readonly<Record<string, unknown>>;

const keys = [
    "image",
    "memory",
    "cpus",
    "ports",
    "disks",
    "networks",
    "kernelArguments",
    "accelerator",
    "timeouts",
    "userData",
] as const;

/** A list of a machine's arguments whose entries hold an object of this package beside settings of it. */
interface Entries {
    readonly list: (typeof keys)[number];
    readonly key: string;
    readonly kind: Kind;
    readonly known: readonly string[];
    readonly example: string;
}

const lists: readonly Entries[] = [
    {
        list: "disks",
        key: "disk",
        kind: {
            marks: ["sizeBytes", "status"],
            what: "a linuxkit.qemu.Disk",
            advice: () => 'new linuxkit.qemu.Disk("data", { size: "1 GB" }) makes one',
        },
        known: ["disk", "readonly"],
        example: "{ disk: data }",
    },
    {
        list: "networks",
        key: "network",
        kind: {
            marks: ["group", "subnet"],
            what: "a linuxkit.qemu.Network",
            advice: () => 'new linuxkit.qemu.Network("backend") makes one',
        },
        known: ["network", "address", "name"],
        example: "{ network: backend }",
    },
];

/** What the constructor itself reads; the rest is checked in the preview. */
export function checkMachineArgs(given: Given, findings: Findings): void {
    checkKeys(given, keys, "a machine", "", findings);
    checkKind(given["image"], imageKind, "image", findings);
    for (const entries of lists) {
        checkList(given[entries.list], entries, findings);
    }
}

function checkList(value: unknown, entries: Entries, findings: Findings): void {
    if (isAbsent(value)) {
        return;
    }
    if (isOpaque(value) || !Array.isArray(value)) {
        const found = isOpaque(value) ? "an output" : kindOf(value);
        findings.reject(entries.list, `must be a plain list such as [${entries.example}], not ${found}`);
        return;
    }
    Array.from(value, (entry: unknown, index) => checkEntry(entry, `${entries.list}[${index}]`, entries, findings));
}

function checkEntry(entry: unknown, path: string, { key, kind, known, example }: Entries, findings: Findings): void {
    if (!isOpaque(entry) && isObject(entry)) {
        checkKeys(entry, known, `an entry such as ${example}`, path, findings);
        checkKind(entry[key], kind, member(path, key), findings);
        return;
    }
    const itself = !isOpaque(entry) && isKind(entry, kind);
    const found = itself ? `${kind.what} itself` : isOpaque(entry) ? "an output" : kindOf(entry);
    findings.reject(path, `must be an object such as ${example}, not ${found}`);
}
