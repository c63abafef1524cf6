import { parseBytes, parseDuration } from "../../../sdk/assembly/units";
import type { Properties } from "../../lifecycle/handler";
import { digestLabel } from "../../lifecycle/labels";
import type { ResourceSettings } from "../resource/attempt";
import type { Tags } from "../resource/calls";
import type { VolumeKind, VolumeType } from "./kinds";

/** The inputs of a volume, as `check` has let them through. */
export interface VolumeSettings extends ResourceSettings {
    readonly zone: string;
    readonly kind: VolumeKind;
    /** Absent: the snapshot's. */
    readonly sizeGiB?: number;
    readonly encrypted: boolean;
    readonly kmsKey?: string;
    readonly snapshot?: string;
    /** Beside our own. */
    readonly tags: Tags;
    readonly finalSnapshot: boolean;
    readonly adoptedId?: string;
    readonly createMilliseconds: number;
    readonly deleteMilliseconds: number;
}

export const defaultTimeouts = { create: "10m", delete: "10m" } as const;

export function readSettings(inputs: Properties): VolumeSettings {
    const given = inputs as unknown as ResourceSettings & {
        readonly availabilityZone: string;
        readonly type: VolumeType;
        readonly iops?: number;
        readonly throughput?: number;
        readonly encrypted: boolean;
        readonly kmsKey?: string;
        readonly snapshot?: string;
        readonly tagsAll: Tags;
        readonly finalSnapshot: boolean;
        readonly timeouts?: { readonly create?: string; readonly delete?: string };
    };
    const { type, iops, throughput, kmsKey, snapshot } = given;
    const sizeGiB = gibibytesOf(inputs["size"]);
    const adoptedId = adoptedIdOf(inputs);
    return {
        identity: given.identity,
        connection: given.connection,
        region: given.region,
        zone: given.availabilityZone,
        kind: { type, ...(iops === undefined ? {} : { iops }), ...(throughput === undefined ? {} : { throughput }) },
        ...(sizeGiB === undefined ? {} : { sizeGiB }),
        encrypted: given.encrypted,
        ...(kmsKey === undefined ? {} : { kmsKey }),
        ...(snapshot === undefined ? {} : { snapshot }),
        tags: given.tagsAll,
        finalSnapshot: given.finalSnapshot,
        ...(adoptedId === undefined ? {} : { adoptedId }),
        createMilliseconds: parseDuration(given.timeouts?.create ?? defaultTimeouts.create) * 1000,
        deleteMilliseconds: parseDuration(given.timeouts?.delete ?? defaultTimeouts.delete) * 1000,
    };
}

const gibibyte = 2 ** 30;

/** A volume has whole GiB. */
export function gibibytesOf(size: unknown): number | undefined {
    return typeof size === "string" ? Math.ceil(parseBytes(size) / gibibyte) : undefined;
}

export function adoptedIdOf({ adopt }: Properties): string | undefined {
    return (adopt as { readonly id?: string } | undefined)?.id;
}

/** Zones of a region, local ones too, begin with its name: "eu-central-1a", "us-west-2-lax-1a". */
export function regionOf(zone: string): string | undefined {
    return /^[a-z]{2,}(?:-[a-z]+)+-\d+(?=[a-z]$|-)/.exec(zone)?.[0];
}

/** Says of a volume what it was asked for as. */
export function volumeDigest({ zone, kind, sizeGiB, encrypted, kmsKey, snapshot }: VolumeSettings): string {
    return digestLabel({
        zone,
        kind: { ...kind },
        sizeGiB: sizeGiB ?? null,
        encrypted,
        kmsKey: kmsKey ?? null,
        snapshot: snapshot ?? null,
    });
}
