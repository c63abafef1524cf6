import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import type { InstanceEnvironment } from "../../../../providers/aws/instance/environment";
import { instanceHandler } from "../../../../providers/aws/instance/handler";
import { ResourceJournal } from "../../../../providers/aws/resource/journal";
import { VolumeWants } from "../../../../providers/aws/volume/wants";
import type { Handler, Identity, Properties } from "../../../../providers/lifecycle/handler";
import { labels } from "../../../../providers/lifecycle/labels";
import { Engine } from "../../support/engine";
import { Fault } from "../../support/fault";
import { FakeInstances, type StoredInstance } from "./cloud";

export function identity(name: string): Identity {
    const urn = `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Instance::${name}`;
    return { organization: "organization", project: "shop", stack: "dev", urn };
}

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        ami: "ami-11111111",
        instanceType: "t3.micro",
        region: "eu-central-1",
        readiness: "console",
        connection: {},
        identity: identity("redis"),
        declared: 1,
        ...changes,
    };
}

/** A region, this machine's journal, and Pulumi's engine with one resource in its state. */
export class World extends Engine<InstanceEnvironment> {
    readonly cloud = new FakeInstances();

    handler(fault = new Fault(), changes: Partial<InstanceEnvironment> = {}): Handler {
        return instanceHandler({
            ...this.host(fault),
            calls: () => this.cloud.calls(fault),
            defaultRegion: () => Promise.resolve("eu-west-1"),
            journal: new ResourceJournal(this.directory),
            wants: new VolumeWants(),
            findKernel: () => Promise.resolve(undefined),
            connects: () => Promise.resolve(true),
            clock: this.cloud.clock,
            ...changes,
        });
    }

    /** What state has. */
    own(): StoredInstance {
        return this.cloud.instances.get(this.state?.id ?? "") ?? assert.fail("nothing is in state");
    }

    /** Finished instances that neither state nor a deletion under way knows. */
    unheard(): string[] {
        const known = this.known();
        const pending = this.pending();
        return this.cloud.alive().flatMap(({ id }) => (known.includes(id) || pending.includes(id) ? [] : [id]));
    }

    pending(): string[] {
        return this.cloud.alive().flatMap(({ id, tags }) => (labels.pending in tags ? [id] : []));
    }

    /** Launches, updates and deletions that the journal has not forgotten. */
    journalled(): string[] {
        return readdirSync(this.directory);
    }
}
