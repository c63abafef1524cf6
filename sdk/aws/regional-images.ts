import * as pulumi from "@pulumi/pulumi";
import { LinuxKitError } from "../assembly/error";
import { shown } from "../assembly/read/findings";
import { Image, type ImageArgs } from "./image";

/** What `aws.RegionalImages` are made from: an `aws.Image`'s arguments, and where. */
export interface RegionalImagesArgs extends Omit<ImageArgs, "region" | "adopt" | "kmsKey" | "copyOf"> {
    /** Where it is to be, each region once. */
    readonly regions: readonly string[];
    /**
     * ARNs of the KMS keys by region, that the snapshots are encrypted with.
     * @default the account's for EBS, where `encrypted` is true
     */
    readonly kmsKeys?: Readonly<Record<string, pulumi.Input<string>>>;
    /**
     * The region, one of `regions`, that the image is uploaded to; AWS copies it to the others from there.
     * @default none: it is uploaded to each
     */
    readonly copyFrom?: string;
}

/** An image as an AMI in each of several regions: one `aws.Image` for each, uploaded side by side or copied from one. */
export class RegionalImages extends pulumi.ComponentResource {
    /** The image of each region. */
    readonly images: Readonly<Record<string, Image>>;
    /** Ids of the AMIs, by region. */
    readonly ids: pulumi.Output<Readonly<Record<string, string>>>;

    /**
     * Declares an image for each region, named `<name>-<region>`.
     * @throws LinuxKitError `invalid-regions` when there is none, or one twice, or `copyFrom` or a key's is not among them
     */
    constructor(name: string, args: RegionalImagesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("linuxkit:aws:RegionalImages", name, {}, opts);
        requireRegions(name, args);
        const { regions, kmsKeys = {}, copyFrom, ...settings } = args;
        const imageOf = (region: string, copyOf?: Image): [string, Image] => {
            const key = kmsKeys[region];
            const own = { ...settings, region, ...(key === undefined ? {} : { kmsKey: key }) };
            const copy = copyOf === undefined ? {} : { copyOf };
            return [region, new Image(`${name}-${region}`, { ...own, ...copy }, { parent: this })];
        };
        const source = copyFrom === undefined ? undefined : imageOf(copyFrom);
        const images = regions.map((region) => (source?.[0] === region ? source : imageOf(region, source?.[1])));
        this.images = Object.fromEntries(images);
        this.ids = pulumi.all(Object.fromEntries(images.map(([region, { id }]) => [region, id])));
        this.registerOutputs({ ids: this.ids });
    }

    /**
     * The image of a region.
     * @throws LinuxKitError `invalid-regions` when it is not among `regions`
     */
    in(region: string): Image {
        const image = this.images[region];
        if (image === undefined) {
            const known = Object.keys(this.images).join(", ");
            throw new LinuxKitError("invalid-regions", `in(${JSON.stringify(region)}): regions are ${known}`, {
                region,
            });
        }
        return image;
    }
}

function requireRegions(name: string, args: Partial<RegionalImagesArgs> | undefined): void {
    const { regions, kmsKeys = {}, copyFrom } = args ?? {};
    if (!Array.isArray(regions)) {
        const reason = `regions must be a plain list such as ["eu-central-1", "us-east-1"], not ${shown(regions)}`;
        throw new LinuxKitError("invalid-regions", `the images ${JSON.stringify(name)}: ${reason}`, { name });
    }
    const reasons = [
        regions.length > 0 && new Set(regions).size === regions.length
            ? []
            : [`regions must name at least one, each once, not ${JSON.stringify(regions)}`],
        Object.keys(kmsKeys)
            .filter((region) => !regions.includes(region))
            .map((region) => `kmsKeys has ${region}, which is not among regions`),
        copyFrom === undefined || regions.includes(copyFrom)
            ? []
            : [`copyFrom is ${JSON.stringify(copyFrom)}, which is not among regions`],
    ].flat();
    if (reasons.length > 0) {
        throw new LinuxKitError("invalid-regions", `the images ${JSON.stringify(name)}: ${reasons.join("; ")}`, {
            name,
        });
    }
}
