import type { FileHandle } from "node:fs/promises";
import path from "node:path";

import type { CpioEntry } from "../cpio";
import type { BuildEnvironment } from "../environment";
import { readInitrd } from "../initrd/read";
import { type Sealed, readPayload, readSealed, seal } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import type { SegmentRecipe, SegmentRecord } from "./recipe";
import { verifySegment, writeSegment } from "./write";

/** Rises when the same tree is packed into other bytes than before, or its record says more. */
export const EMITTER = 3;
const READ_BYTES = 1 << 20;

/** A segment in the store. */
export interface Segment {
    readonly component: string;
    readonly file: string;
    readonly sealed: Sealed<SegmentRecord>;
    /** Whether it was made just now. */
    readonly isNew: boolean;
}

/** The segment of a recipe: from the store, else made, read back as the kernel would, and then put there. */
export async function ensureSegment(
    recipe: SegmentRecipe,
    names: StoreNames,
    env: Pick<BuildEnvironment, "storeDirectory" | "signal">,
): Promise<Segment> {
    const { component, compression, captured } = recipe;
    const name = names({ segment: recipe.madeOf, compression, captured, emitter: EMITTER });
    const file = segmentFile(name, env.storeDirectory);
    const stored = await readSealed<SegmentRecord>(file);
    if (stored !== undefined) {
        return { component, file, sealed: stored, isNew: false };
    }
    const tree = await recipe.open();
    const sealed = await seal(file, async (append, handle) => {
        const record = await writeSegment(tree, { compression, captured, signal: env.signal }, append);
        await verifySegment(fromStart(handle), record);
        return record;
    });
    return { component, file, sealed, isNew: true };
}

export function segmentFile(name: string, storeDirectory: string): string {
    return path.join(storeDirectory, "segments", name);
}

/** @throws SealBroken, as the last step */
export function segmentBytes(segment: Segment): AsyncGenerator<Buffer, void, undefined> {
    return readPayload(segment.file, segment.sealed);
}

/**
 * What a segment holds, entry by entry.
 * @throws SealBroken where it was damaged, whatever that made its reader stumble over first
 */
export async function* segmentEntries(segment: Segment): AsyncGenerator<CpioEntry, void, undefined> {
    try {
        yield* readInitrd(segmentBytes(segment));
    } catch (error) {
        for await (const _ of segmentBytes(segment));
        throw error;
    }
}

async function* fromStart(file: FileHandle): AsyncGenerator<Buffer, void, undefined> {
    const { size } = await file.stat();
    const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, size));
    for (let position = 0; position < size;) {
        const wanted = Math.min(READ_BYTES, size - position);
        const { bytesRead } = await file.read(piece, 0, wanted, position);
        if (bytesRead === 0) {
            return;
        }
        position += bytesRead;
        yield piece.subarray(0, bytesRead);
    }
}
