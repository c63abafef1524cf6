import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

import { DraftFolders } from "../../../providers/artifact/image-file/draft-folders";
import type { ImageFileEffects } from "../../../providers/artifact/image-file/effects";
import { imageFileHandler } from "../../../providers/artifact/image-file/handler";
import type { Properties } from "../../../providers/lifecycle/handler";
import * as linuxkit from "../../../sdk";
import { environment } from "../../image/build/support/plan";

const assembly = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    services: [{ name: "redis", image: linuxkit.debian.packages(["redis-server"]), command: ["redis-server"] }],
});

/** The inputs of a file, as the program gives them. */
export function news(changes: Properties = {}): Properties {
    return {
        image: {
            digest: `sha256:${"0".repeat(64)}`,
            architecture: "amd64",
            compression: "fast",
            order: assembly.order,
            components: assembly.components,
            mirrors: {},
        },
        format: "tar",
        path: "out.tar",
        spdx: false,
        identity: { organization: "o", project: "p", stack: "s", urn: "urn" },
        ...changes,
    };
}

export function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** A handler whose writer writes `texts` by the part, and `content` into every other one. */
export function handlerIn(workingDirectory: string, overrides: Partial<ImageFileEffects> = {}) {
    const notes: string[] = [];
    const world = { content: "first", texts: {} as Record<string, string> };
    const parts: Readonly<Record<string, readonly string[]>> = { "kernel+initrd": ["kernel", "initrd", "cmdline"] };
    const handler = imageFileHandler({
        environment: async () => environment(workingDirectory),
        resolveLoaders: async () => undefined,
        write: async ({ format }, fileOf) => {
            const names = parts[format] ?? ["tar"];
            const written = names.map((part) => {
                const text = world.texts[part] ?? world.content;
                writeFileSync(fileOf(part), text, { mode: 0o600 });
                return [part, { sizeBytes: text.length, sha256: sha256(text) }];
            });
            return Object.fromEntries(written);
        },
        draftFolders: new DraftFolders(path.join(workingDirectory, "../state")),
        operation: (task) => task(),
        note: (line) => notes.push(line),
        newId: () => "image-file-1",
        ...overrides,
    });
    return { handler, notes, world };
}
