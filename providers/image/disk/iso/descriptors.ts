import { bothHalves, bothWords, directoryRecord, longDate } from "./encode";
import { CD_SECTOR_BYTES } from "./file";
import type { IsoLayout } from "./layout";

const VOLUME = "LINUXKIT";
const EL_TORITO = "EL TORITO SPECIFICATION";
const types = { boot: 0, primary: 1, terminator: 255 } as const;

/** What every reader begins with (ECMA-119, 8.4). */
export function primaryDescriptor(layout: IsoLayout, sectors: number): Buffer {
    const bytes = descriptor(types.primary);
    const { pathTable, directories } = layout;
    const root = directories[0] ?? { sector: 0, sizeBytes: 0 };
    writeTexts(bytes);
    bothWords(sectors).copy(bytes, 80);
    bothHalves(1).copy(bytes, 120);
    bothHalves(1).copy(bytes, 124);
    bothHalves(CD_SECTOR_BYTES).copy(bytes, 128);
    bothWords(pathTable.sizeBytes).copy(bytes, 132);
    bytes.writeUInt32LE(pathTable.little, 140);
    bytes.writeUInt32BE(pathTable.big, 148);
    const { sector, sizeBytes } = root;
    directoryRecord({ identifier: Buffer.alloc(1), sector, sizeBytes, isDirectory: true }).copy(bytes, 156);
    longDate().copy(bytes, 813);
    longDate().copy(bytes, 830);
    Buffer.from(`${"0".repeat(16)}\0`).copy(bytes, 847);
    longDate().copy(bytes, 864);
    bytes[881] = 1;
    return bytes;
}

/** Names what is in the volume, in fields padded with spaces: system, volume, set, publisher and the like. */
function writeTexts(bytes: Buffer): void {
    bytes.fill(" ", 8, 72);
    bytes.write(VOLUME, 40, "latin1");
    bytes.fill(" ", 190, 813);
}

/** Points to the boot catalog ("El Torito" 1.0, section 3.2). */
export function bootDescriptor(catalog: number): Buffer {
    const bytes = descriptor(types.boot);
    bytes.write(EL_TORITO, 7, "latin1");
    bytes.writeUInt32LE(catalog, 71);
    return bytes;
}

export function terminator(): Buffer {
    return descriptor(types.terminator);
}

function descriptor(type: number): Buffer {
    const bytes = Buffer.alloc(CD_SECTOR_BYTES);
    bytes[0] = type;
    bytes.write("CD001", 1, "latin1");
    bytes[6] = 1;
    return bytes;
}
