import { type FileHandle, open } from "node:fs/promises";

/** The bytes at a position, fewer where the file ends. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
        const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
        if (bytesRead === 0) {
            break;
        }
        filled += bytesRead;
    }
    return buffer.subarray(0, filled);
}

export async function readStart(path: string, length: number): Promise<Buffer> {
    const file = await open(path, "r");
    try {
        return await readAt(file, 0, length);
    } finally {
        await file.close();
    }
}
