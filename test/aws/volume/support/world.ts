import { readdirSync } from "node:fs";
import { ResourceJournal } from "../../../../providers/aws/resource/journal";
import type { VolumeEnvironment } from "../../../../providers/aws/volume/environment";
import { volumeHandler } from "../../../../providers/aws/volume/handler";
import type { Handler, Identity, Properties } from "../../../../providers/lifecycle/handler";
import { labels } from "../../../../providers/lifecycle/labels";
import { Engine } from "../../support/engine";
import { Fault } from "../../support/fault";
import { FakeVolumes } from "./cloud";

export function identity(name: string, type = "Volume", stack = "dev"): Identity {
    const urn = `urn:pulumi:${stack}::shop::pulumi-nodejs:dynamic/linuxkit/aws:${type}::${name}`;
    return { organization: "organization", project: "shop", stack, urn };
}

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        availabilityZone: "eu-central-1a",
        size: "20 GB",
        connection: {},
        identity: identity("data"),
        ...changes,
    };
}

/** A region, this machine's journal, and Pulumi's engine with one resource in its state. */
export class World extends Engine<VolumeEnvironment> {
    readonly cloud = new FakeVolumes();

    handler(fault = new Fault(), changes: Partial<VolumeEnvironment> = {}): Handler {
        return volumeHandler({
            ...this.host(fault),
            calls: () => this.cloud.calls(fault),
            defaultRegion: () => Promise.resolve(undefined),
            journal: new ResourceJournal(this.directory),
            clock: this.cloud.clock,
            ...changes,
        });
    }

    /** Finished volumes that neither state nor a deletion under way knows. */
    unheard(): string[] {
        const known = this.known();
        const pending = this.pending();
        return [...this.cloud.volumes.keys()].filter((id) => !known.includes(id) && !pending.includes(id));
    }

    pending(): string[] {
        return [...this.cloud.volumes.values()].flatMap(({ id, tags }) => (labels.pending in tags ? [id] : []));
    }

    /** Requests and deletions that the journal has not forgotten. */
    journalled(): string[] {
        return readdirSync(this.directory);
    }
}
