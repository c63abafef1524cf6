import type { Payload } from "../input";
import { type FatLayout, type Placed, clusterAt } from "./layout";

/** Clusters in a row. */
interface Chain {
    readonly first: number;
    readonly count: number;
}

const CHUNK_ENTRIES = 1 << 16;
const MEDIA = 0xfffffff8;

/** Chains of all that has clusters, in their order on the volume. */
export function chainsOf(layout: FatLayout): Chain[] {
    const placed: Placed[] = [...layout.directories, ...layout.files];
    return placed
        .filter(({ sizeBytes }) => sizeBytes > 0)
        .map(({ offset, sizeBytes }) => ({
            first: clusterAt(layout, offset),
            count: Math.ceil(sizeBytes / layout.clusterBytes),
        }));
}

/** One copy of the allocation table, up to the last entry that is not zero. */
export function allocationTable(layout: FatLayout): Payload {
    const chains = chainsOf(layout);
    const last = chains.at(-1);
    const entries = last === undefined ? 2 : last.first + last.count;
    return { sizeBytes: entries * (layout.bits / 8), chunks: () => tableChunks(chains, entries, layout.bits) };
}

async function* tableChunks(
    chains: readonly Chain[],
    entries: number,
    bits: 16 | 32,
): AsyncGenerator<Buffer, void, undefined> {
    const mask = bits === 32 ? 0x0fffffff : 0xffff;
    for (let from = 0; from < entries; from += CHUNK_ENTRIES) {
        const count = Math.min(CHUNK_ENTRIES, entries - from);
        const values = bits === 32 ? new Uint32Array(count) : new Uint16Array(count);
        if (from === 0) {
            values.set([(MEDIA & mask) >>> 0, mask]);
        }
        for (const chain of chains) {
            link(chain, values, from, mask);
        }
        yield Buffer.from(values.buffer);
    }
}

/** Writes the part of a chain that falls into the window: each entry names the next one. */
function link({ first, count }: Chain, values: Uint32Array | Uint16Array, from: number, end: number): void {
    const last = first + count - 1;
    const stop = Math.min(last, from + values.length - 1);
    for (let cluster = Math.max(first, from); cluster <= stop; cluster++) {
        values[cluster - from] = cluster === last ? end : cluster + 1;
    }
}
