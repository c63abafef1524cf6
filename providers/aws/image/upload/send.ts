import type { SparseDisk } from "../../../image/disk";
import { LinuxKitError } from "../../../../sdk/assembly/error";
import { isAbsent } from "../../client/errors";
import type { BlockRequest, ImageCalls } from "../calls";
import type { ImageEnvironment } from "../environment";
import type { BlockDigests, BlockLog } from "../store/blocks";
import { type Block, blockBytes, changedBlocks } from "./changes";
import { inParallel } from "./parallel";

export interface Sending {
    readonly calls: ImageCalls;
    readonly snapshot: string;
    /** What the snapshot's parent holds; nothing without one. */
    readonly parent: BlockDigests;
    /** What was sent before, and what is sent now. */
    readonly log: BlockLog;
    readonly signal: AbortSignal;
    /** What the progress says: "uploading redis-os to eu-central-1". */
    readonly message: string;
}

export interface Sent {
    /** Every block that was put, by this attempt or an earlier one. */
    readonly put: BlockDigests;
    /** What the snapshot holds, its parent's blocks too. */
    readonly contents: BlockDigests;
}

/** A snapshot that was started can be unknown to the service that takes its blocks for as long. */
const unknownMilliseconds = 120_000;

/**
 * Sends the blocks that are not there yet, a few at once; memory holds no more than those. Requests that are under way when
 * the signal comes, or another fails, are cut off.
 */
export async function sendBlocks(environment: ImageEnvironment, disk: SparseDisk, sending: Sending): Promise<Sent> {
    const { parent, log, signal, message } = sending;
    const failed = new AbortController();
    const stop = AbortSignal.any([signal, failed.signal]);
    const put = new Map(log.known);
    const contents = new Map<number, Buffer>();
    const send = async (block: Block): Promise<void> => {
        try {
            await putBlock(environment, { snapshot: sending.snapshot, ...block }, sending.calls, stop);
            await log.add(block.index, block.sha256);
            put.set(block.index, block.sha256);
            environment.progress({ message, fraction: ((block.index + 1) * blockBytes) / disk.sizeBytes });
        } catch (error) {
            failed.abort(error);
            throw error;
        }
    };
    try {
        const there = new Map([...parent, ...log.known]);
        const blocks = changedBlocks(disk, there, contents);
        await inParallel(untilStopped(orFirst(blocks, disk, put), stop), environment.parallel, send);
    } catch (error) {
        signal.throwIfAborted();
        throw failed.signal.aborted ? failed.signal.reason : error;
    }
    return { put, contents };
}

/** A disk that is its parent's to the last block is told by one of its blocks: no source says that none at all is taken. */
async function* orFirst(
    blocks: AsyncIterable<Block>,
    disk: SparseDisk,
    put: BlockDigests,
): AsyncGenerator<Block, void, undefined> {
    let isAny = put.size > 0;
    for await (const block of blocks) {
        isAny = true;
        yield block;
    }
    if (!isAny) {
        for await (const block of changedBlocks(disk, new Map(), new Map())) {
            yield block;
            return;
        }
    }
}

async function* untilStopped<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    for await (const item of items) {
        signal.throwIfAborted();
        yield item;
    }
}

async function putBlock(
    { clock }: ImageEnvironment,
    block: BlockRequest,
    calls: ImageCalls,
    signal: AbortSignal,
): Promise<void> {
    const end = clock.now() + unknownMilliseconds;
    for (;;) {
        try {
            await calls.putBlock(block, signal);
            return;
        } catch (error) {
            if (!isAbsent(error) || clock.now() >= end) {
                throw isAbsent(error) ? vanished(block, error) : error;
            }
            await clock.sleep(2000, signal);
        }
    }
}

function vanished({ snapshot }: BlockRequest, cause: unknown): LinuxKitError {
    return new LinuxKitError(
        "snapshot-gone",
        `the snapshot ${snapshot} is gone while its blocks were sent: it was deleted, or nothing was sent to it for a day; run the command again, which begins another`,
        { snapshot },
        { cause },
    );
}
