import { closeSync, openSync, readSync } from "node:fs";

interface Ext4 {
    readonly label: string;
    readonly bytes: number;
    /** Whether nothing is left in its journal. */
    readonly isUnmounted: boolean;
}

/** What the superblock of an ext4 filesystem says (Documentation/filesystems/ext4/super.rst); undefined when there is none. */
export function ext4Of(file: string): Ext4 | undefined {
    const superblock = readAt(file, 1024, 1024);
    if (superblock.readUInt16LE(0x38) !== 0xef53) {
        return undefined;
    }
    const blockBytes = 1024 << superblock.readUInt32LE(0x18);
    const label = superblock.subarray(0x78, 0x88).toString("latin1").replace(/\0.*$/s, "");
    const needsRecovery = (superblock.readUInt32LE(0x60) & 0x4) !== 0;
    return { label, bytes: superblock.readUInt32LE(0x4) * blockBytes, isUnmounted: !needsRecovery };
}

function readAt(file: string, offset: number, length: number): Buffer {
    const descriptor = openSync(file, "r");
    try {
        const bytes = Buffer.alloc(length);
        readSync(descriptor, bytes, 0, length, offset);
        return bytes;
    } finally {
        closeSync(descriptor);
    }
}
