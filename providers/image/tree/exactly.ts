import { LinuxKitError } from "../../../sdk/assembly/error";
import type { FileEntry } from "./entry";

/**
 * A file's content, which an archive's header has announced.
 * @throws LinuxKitError EntrySize where it is shorter or longer than that
 */
export async function* exactly(entry: FileEntry): AsyncGenerator<Buffer, void, undefined> {
    const { sizeBytes } = entry.content;
    let length = 0;
    for await (const chunk of entry.content.chunks()) {
        length += chunk.length;
        if (length > sizeBytes) {
            break;
        }
        yield chunk;
    }
    if (length !== sizeBytes) {
        throw new LinuxKitError(
            "EntrySize",
            `/${entry.path} has not the ${sizeBytes} bytes it began with: was it changed during the build?`,
            { entry: entry.path, sizeBytes },
        );
    }
}
