import { readCpio } from "../../providers/image/cpio";
import { readControl, readData } from "../../providers/image/debian/deb";
import { parseParagraphs } from "../../providers/image/debian/deb822";
import { fromIndexLine, splitParagraphs, toIndexLine } from "../../providers/image/debian/index-text";
import { parseRelations } from "../../providers/image/debian/relation";
import { parseRelease } from "../../providers/image/debian/release";
import { parseKernelConfig } from "../../providers/image/drivers";
import { readInitrd } from "../../providers/image/initrd/read";
import { parseConfig } from "../../providers/image/oci/format/config";
import { digestOf } from "../../providers/image/oci/format/digest";
import { parseDocument } from "../../providers/image/oci/format/manifest";
import { Assembly } from "../../sdk";
import { LinuxKitError } from "../../sdk/assembly/error";
import { readLabel } from "../../sdk/assembly/yaml/label";
import { checkInside } from "../image/archive/inside";
import { seal } from "../image/archive/make-tar";
import { readAll } from "../image/archive/read-all";

export interface Parser {
    readonly parse: (bytes: Buffer) => unknown;
    /** Codes of the errors by which it refuses an input. */
    readonly codes: RegExp;
    /** Makes checksums fit again, so that damage reaches what is behind them. */
    readonly repair?: (bytes: Buffer) => Buffer;
}

const BLOCK = 512;
const context = { architecture: "amd64", containers: ["redis"], volumes: ["data"] } as const;

/** Whatever reads bytes that came from outside. */
export const parsers: Readonly<Record<string, Parser>> = {
    tar: {
        parse: async (bytes) => checkInside(await readAll(bytes)),
        codes: /^ArchiveRefused$/,
        repair: withChecksums,
    },
    cpio: { parse: (bytes) => drain(readCpio([bytes])), codes: /^CpioDamaged$/ },
    initrd: { parse: (bytes) => drain(readInitrd([bytes])), codes: /^(Initrd|Cpio|Codec)[A-Z]/ },
    deb: { parse: readDeb, codes: /^(DebianPackage|ArchiveRefused|Codec[A-Z].*)$/ },
    control: { parse: readControlText, codes: /^DebianRelation$/ },
    release: { parse: (bytes) => parseRelease(bytes.toString(), "a suite"), codes: /^DebianRelease$/ },
    packages: { parse: readIndex, codes: /^(DebianIndex|DebianRelation)$/ },
    manifest: { parse: (bytes) => parseDocument({ digest: digestOf(bytes), bytes }, "an image"), codes: /^Oci/ },
    "image-config": { parse: (bytes) => parseConfig(bytes, "an image", 1), codes: /^OciMalformed$/ },
    label: { parse: (bytes) => readLabel(bytes.toString(), "an image", context), codes: /^invalid-label$/ },
    yaml: { parse: (bytes) => Assembly.fromYaml(`${bytes.toString()}\n`), codes: /^(invalid-yaml|yaml-unreadable)$/ },
    "kernel-config": { parse: (bytes) => required(parseKernelConfig(bytes.toString())), codes: /^NoConfig$/ },
};

/** Reads all entries and all of their contents. */
async function drain(
    entries: AsyncIterable<{ readonly type?: string; readonly content?: Chunked; readonly chunks?: Chunked["chunks"] }>,
): Promise<void> {
    for await (const entry of entries) {
        for await (const _ of entry.content?.chunks() ?? entry.chunks?.() ?? []) {
            // Only errors are of interest.
        }
    }
}

interface Chunked {
    chunks(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

async function readDeb(bytes: Buffer): Promise<void> {
    await readControl([bytes], "a package");
    await drain(readData([bytes], "a package"));
}

const relations = ["depends", "pre-depends", "provides", "conflicts", "breaks", "replaces"];

function readControlText(bytes: Buffer): void {
    for (const paragraph of parseParagraphs(bytes.toString())) {
        relations.forEach((name) => parseRelations((paragraph.get(name) ?? "").replaceAll("\n", " ")));
    }
}

async function readIndex(bytes: Buffer): Promise<void> {
    const tooLong = () => new LinuxKitError("DebianIndex", "a paragraph is too long");
    for await (const paragraph of splitParagraphs(inPieces(bytes), tooLong, 1 << 12)) {
        const line = toIndexLine(paragraph);
        if (line !== undefined) {
            const { depends, preDepends, provides, conflicts, breaks, sizeBytes, sha256 } = fromIndexLine(
                line.line.trimEnd(),
            );
            [depends, preDepends, provides, conflicts, breaks].forEach(parseRelations);
            expect([Number.isSafeInteger(sizeBytes), sha256]).toEqual([true, expect.stringMatching(/^[0-9a-f]{64}$/)]);
        }
    }
}

async function* inPieces(bytes: Buffer): AsyncIterable<Buffer> {
    for (let offset = 0; offset < bytes.length; offset += 100) {
        yield bytes.subarray(offset, offset + 100);
    }
}

function required<T>(value: T | undefined): T {
    if (value === undefined) {
        throw new LinuxKitError("NoConfig", "it is no configuration");
    }
    return value;
}

/** Each block that looks like a header gets the checksum that fits it. */
function withChecksums(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    for (let offset = 0; offset + BLOCK <= copy.length; offset += BLOCK) {
        if (copy.toString("latin1", offset + 257, offset + 262) === "ustar") {
            seal(copy.subarray(offset, offset + BLOCK));
        }
    }
    return copy;
}
