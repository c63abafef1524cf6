import { parseBytes, parseDuration } from "../../../sdk/assembly/units";
import type { Properties } from "../../lifecycle/handler";
import { digestLabel, labels, ownershipLabels } from "../../lifecycle/labels";
import type { ResourceSettings } from "../resource/attempt";
import type { Tags } from "../resource/calls";
import type { BootMode, LaunchPermissions } from "./calls";

/** The inputs of an image, as `check` has let them through. */
export interface ImageSettings extends ResourceSettings {
    readonly disk: DiskRequest;
    /** `sha256:<hex>` of all that the disk's bytes depend on. */
    readonly digest: string;
    readonly name: string;
    /** Whether the program gave the name. */
    readonly isNamed: boolean;
    readonly description: string;
    readonly bootMode: BootMode;
    readonly imdsSupport?: "v2.0";
    readonly tpmSupport?: "v2.0";
    /** Of the volume, in GiB; absent: the least that holds the disk. */
    readonly sizeGiB?: number;
    readonly encrypted: boolean;
    readonly kmsKey?: string;
    /** Of the image and its snapshots, beside our own. */
    readonly tags: Tags;
    readonly launchPermissions: LaunchPermissions;
    readonly deprecateAt?: string;
    readonly upload: "incremental" | "full" | BucketUpload;
    readonly retain: number;
    readonly adoptedId?: string;
    readonly copyOf?: CopySource;
    readonly createMilliseconds: number;
    readonly deleteMilliseconds: number;
}

/** Where the disk goes where the account forbids EBS direct. */
export interface BucketUpload {
    readonly bucket: string;
    /** Of the role that AWS reads it with; absent: vmimport. */
    readonly role?: string;
    /** What keys begin with. */
    readonly prefix?: string;
}

/** The image that another is a copy of. */
export interface CopySource {
    readonly id: string;
    readonly region: string;
}

/** Which disk an image is made from. */
export interface DiskRequest {
    /** A declaration, which the source of disks reads. */
    readonly image: Properties & { readonly architecture: "amd64" | "arm64" };
    readonly format: string;
    /** Packages of its loader, as state records them. */
    readonly loaders?: Properties;
    /** Of the disk; absent: the smallest that fits. */
    readonly sizeBytes?: number;
}

export const defaultCreate = "30m";
/** AWS takes its time for an import, half an hour and more for a few GB. */
const defaultImport = "2h";
export const defaultDelete = "10m";
export const gibibyte = 2 ** 30;

const formats: Readonly<Record<BootMode, string>> = {
    "legacy-bios": "aws",
    uefi: "raw-efi",
    "uefi-preferred": "raw-hybrid",
};

export function readSettings(inputs: Properties): ImageSettings {
    const given = inputs as unknown as Omit<ImageSettings, "disk" | "adoptedId" | "tags"> & { readonly tagsAll: Tags };
    const {
        adopt,
        copyOf,
        timeouts = {},
        size,
    } = inputs as {
        readonly adopt?: { readonly id: string };
        readonly copyOf?: CopySource;
        readonly timeouts?: { readonly create?: string; readonly delete?: string };
        readonly size?: string;
    };
    return {
        identity: given.identity,
        connection: given.connection,
        region: given.region,
        disk: diskRequest(inputs),
        digest: given.digest,
        name: given.name,
        isNamed: given.isNamed,
        description: given.description,
        bootMode: given.bootMode,
        ...(given.imdsSupport === undefined ? {} : { imdsSupport: given.imdsSupport }),
        ...(given.tpmSupport === undefined ? {} : { tpmSupport: given.tpmSupport }),
        ...(size === undefined ? {} : { sizeGiB: Math.ceil(parseBytes(size) / gibibyte) }),
        encrypted: given.encrypted,
        ...(given.kmsKey === undefined ? {} : { kmsKey: given.kmsKey }),
        tags: given.tagsAll,
        launchPermissions: given.launchPermissions,
        ...(given.deprecateAt === undefined ? {} : { deprecateAt: given.deprecateAt }),
        upload: given.upload,
        retain: given.retain,
        ...(adopt === undefined ? {} : { adoptedId: adopt.id }),
        ...(copyOf === undefined ? {} : { copyOf }),
        createMilliseconds: parseDuration(timeouts.create ?? defaultOf(given.upload)) * 1000,
        deleteMilliseconds: parseDuration(timeouts.delete ?? defaultDelete) * 1000,
    };
}

function defaultOf(upload: ImageSettings["upload"]): string {
    return typeof upload === "object" ? defaultImport : defaultCreate;
}

export function diskRequest(inputs: Properties): DiskRequest {
    const { image, bootMode, loaders, size } = inputs as {
        readonly image: DiskRequest["image"];
        readonly bootMode: BootMode;
        readonly loaders?: Properties;
        readonly size?: string;
    };
    return {
        image,
        format: formats[bootMode],
        ...(loaders === undefined ? {} : { loaders }),
        ...(size === undefined ? {} : { sizeBytes: Math.ceil(parseBytes(size) / gibibyte) * gibibyte }),
    };
}

/** Says of a snapshot what it holds, and how it is encrypted. */
export function snapshotDigest({ digest, encrypted, kmsKey, sizeGiB }: ImageSettings): string {
    return digestLabel({ digest, encrypted, kmsKey: kmsKey ?? null, sizeGiB: sizeGiB ?? null });
}

/** Says of an image all that cannot be changed once it is registered, but its name. */
export function imageDigest(settings: ImageSettings): string {
    const { bootMode, imdsSupport, tpmSupport } = settings;
    const supports = { imdsSupport: imdsSupport ?? null, tpmSupport: tpmSupport ?? null };
    return digestLabel({ snapshot: snapshotDigest(settings), bootMode, ...supports });
}

/** Of the key that a snapshot is encrypted with on request. */
export function keyLabel({ encrypted, kmsKey }: ImageSettings): string | undefined {
    return encrypted ? digestLabel(kmsKey ?? "the account's") : undefined;
}

/** All tags of an image or a snapshot from the call on that makes it. */
export function tagsWhileMade(settings: ImageSettings, digest: string, pending: string): Tags {
    const key = keyLabel(settings);
    return {
        ...settings.tags,
        ...ownershipLabels(settings.identity),
        ...(key === undefined ? {} : { [labels.key]: key }),
        [labels.digest]: digest,
        [labels.pending]: pending,
    };
}
