import { createHash } from "node:crypto";
import type { Content } from "../tree/entry";

/** The same bytes; `onDigest` gets their SHA-256 once the last has been read. */
export function hashedContent(content: Content, onDigest: (sha256: string) => void): Content {
    return {
        sizeBytes: content.sizeBytes,
        async *chunks() {
            const hash = createHash("sha256");
            for await (const chunk of content.chunks()) {
                hash.update(chunk);
                yield chunk;
            }
            onDigest(hash.digest("hex"));
        },
    };
}
