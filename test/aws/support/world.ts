import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import type { ImageEnvironment } from "../../../providers/aws/image/environment";
import { imageHandler } from "../../../providers/aws/image/handler";
import { UploadStore } from "../../../providers/aws/image/store/store";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { labels, ownershipLabels } from "../../../providers/lifecycle/labels";
import { type Blocks, diskOf } from "./blocks";
import { FakeCloud } from "./cloud";
import { Engine } from "./engine";
import { Fault } from "./fault";

export const urn = (name: string): string => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Image::${name}`;

/** An image whose digest stands for the blocks that it is registered with. */
export function image(blocks: Blocks): Properties {
    const text = JSON.stringify(blocks);
    return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, architecture: "amd64", blocks };
}

const identity = { organization: "organization", project: "shop", stack: "dev", urn: urn("os") };
const identityLabel = ownershipLabels(identity)[labels.identity];

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        image: image({ 0: 1, 1: 2, 5: 3 }),
        region: "eu-central-1",
        connection: {},
        identity,
        ...changes,
    };
}

/** A region, this machine's store, and Pulumi's engine with one resource in its state. */
export class World extends Engine<ImageEnvironment> {
    readonly cloud = new FakeCloud();

    handler(fault = new Fault(), changes: Partial<ImageEnvironment> = {}): Handler {
        return imageHandler(this.environment(fault, changes));
    }

    environment(fault = new Fault(), changes: Partial<ImageEnvironment> = {}): ImageEnvironment {
        return {
            ...this.host(fault),
            calls: () => this.cloud.calls(fault),
            defaultRegion: () => Promise.resolve("eu-west-1"),
            disks: {
                resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
                read: ({ image: { blocks } }, use) => use(diskOf(blocks as Blocks)),
            },
            store: new UploadStore(this.directory),
            clock: this.cloud.clock,
            parallel: 2,
            ...changes,
        };
    }

    /** Images and snapshots of what is declared, and what is under way to be one. */
    mine(): string[] {
        const all = [...this.cloud.images.values(), ...this.cloud.snapshots.values()];
        const tagged = all.flatMap(({ id, tags }) => (tags[labels.identity] === identityLabel ? [id] : []));
        return [...tagged, ...this.#imported()];
    }

    /** Those of them that are not finished. */
    pending(): string[] {
        const all = [...this.cloud.images.values(), ...this.cloud.snapshots.values()];
        const mine = this.mine();
        const marked = all.flatMap(({ id, tags }) => (labels.pending in tags && mine.includes(id) ? [id] : []));
        return [...marked, ...this.#imported()];
    }

    /** What is in the bucket, imports, and snapshots of imports that nobody has marked. */
    #imported(): string[] {
        const left = this.cloud.bucket.left();
        const bare = [...this.cloud.snapshots.values()].filter(({ tags }) => Object.keys(tags).length === 0);
        return [...left, ...bare.map(({ id }) => id)];
    }

    /** Images whose last step was taken, and of which the engine did not hear: `gc` is for them. */
    unheard(): string[] {
        const known = this.known();
        const pending = this.pending();
        const mine = this.mine().filter((id) => this.cloud.images.has(id));
        return mine.filter((id) => !pending.includes(id) && !known.includes(id));
    }

    /** Images, and the snapshots that they are of. */
    withSnapshots(images: readonly string[]): string[] {
        return images.flatMap((id) => {
            const stored = this.cloud.images.get(id);
            return stored === undefined ? [] : [id, stored.request.snapshot];
        });
    }

    /** Uploads that the store has not forgotten. */
    uploads(): string[] {
        const names = readdirSync(this.directory, { recursive: true, encoding: "utf8" });
        return names.filter((name) => name.endsWith(".json"));
    }
}
