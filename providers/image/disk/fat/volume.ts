import { SECTOR_BYTES } from "../bytes";
import type { Payload } from "../input";
import { payloadOf } from "../payload";
import type { Piece } from "../pieces";
import { BACKUP_SECTOR, bootSector, infoSector } from "./boot-sector";
import { directoryContent } from "./directory";
import type { FatLayout } from "./layout";
import { allocationTable, chainsOf } from "./table";

export interface FatContent {
    readonly volumeId: number;
    /** A boot sector whose code the volume gets. */
    readonly bootCode?: Buffer;
    /** Contents, by path, that were known only when their place was: as many bytes as were planned. */
    readonly replaced?: ReadonlyMap<string, Buffer>;
}

/** All that stands on a volume, from the volume's start. */
export function fatPieces(layout: FatLayout, content: FatContent): Piece[] {
    const table = allocationTable(layout);
    const tablesAt = layout.reservedSectors * SECTOR_BYTES;
    const [first, second] = [tablesAt, tablesAt + layout.tableSectors * SECTOR_BYTES];
    return [
        ...bootSectors(layout, content),
        { offset: first, payload: table, name: "the first allocation table" },
        { offset: second, payload: table, name: "the second allocation table" },
        ...directories(layout),
        ...files(layout, content.replaced ?? new Map()),
    ];
}

function bootSectors(layout: FatLayout, { volumeId, bootCode }: FatContent): Piece[] {
    const boot = bootSector(layout, volumeId, bootCode);
    if (layout.bits === 16) {
        return [piece(0, boot, "the boot sector")];
    }
    const chains = chainsOf(layout);
    const used = chains.reduce((sum, { count }) => sum + count, 0);
    const { first = 0, count = 0 } = chains.at(-1) ?? {};
    const info = infoSector(layout.clusters - used, first + count);
    const both = Buffer.concat([boot, info]);
    return [piece(0, both, "the boot sector"), piece(BACKUP_SECTOR * SECTOR_BYTES, both, "the backup boot sector")];
}

function directories(layout: FatLayout): Piece[] {
    const root =
        layout.rootEntries === 0
            ? []
            : [piece(layout.rootOffset, directoryContent(layout.root, layout), "the root directory")];
    const others = layout.directories.map(({ directory, offset }) =>
        piece(layout.dataOffset + offset, directoryContent(directory, layout), `the directory /${directory.path}`),
    );
    return [...root, ...others];
}

function files(layout: FatLayout, replaced: ReadonlyMap<string, Buffer>): Piece[] {
    return layout.files.flatMap(({ file, offset, offsets }): Piece[] => {
        const bytes = replaced.get(file.path);
        const name = `/${file.path}`;
        if (bytes !== undefined) {
            return [piece(layout.dataOffset + offset, bytes, name)];
        }
        return file.parts.map((payload: Payload, index) => ({
            offset: layout.dataOffset + (offsets[index] ?? 0),
            payload,
            name,
        }));
    });
}

function piece(offset: number, bytes: Buffer, name: string): Piece {
    return { offset, payload: payloadOf(bytes), name };
}
