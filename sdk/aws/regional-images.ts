import * as pulumi from "@pulumi/pulumi";
import { LinuxKitError } from "../assembly/error";
import { Image, type ImageArgs } from "./image";

/** What `aws.RegionalImages` are made from: an `aws.Image`'s arguments, and where. */
export interface RegionalImagesArgs extends Omit<ImageArgs, "region" | "adopt" | "kmsKey"> {
    /** Where it is to be, each region once. */
    readonly regions: readonly string[];
    /**
     * ARNs of the KMS keys by region, that the snapshots are encrypted with.
     * @default the account's for EBS, where `encrypted` is true
     */
    readonly kmsKeys?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** An image as an AMI in each of several regions: one `aws.Image` for each, uploaded side by side. */
export class RegionalImages extends pulumi.ComponentResource {
    /** The image of each region. */
    readonly images: Readonly<Record<string, Image>>;
    /** Ids of the AMIs, by region. */
    readonly ids: pulumi.Output<Readonly<Record<string, string>>>;

    /**
     * Declares an image for each region, named `<name>-<region>`.
     * @throws LinuxKitError `invalid-regions` when there is none, or one twice
     */
    constructor(name: string, args: RegionalImagesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("linuxkit:aws:RegionalImages", name, {}, opts);
        const { regions, kmsKeys = {}, ...settings } = args;
        requireRegions(name, regions, Object.keys(kmsKeys));
        const images = regions.map((region): [string, Image] => {
            const key = kmsKeys[region];
            const own = { ...settings, region, ...(key === undefined ? {} : { kmsKey: key }) };
            return [region, new Image(`${name}-${region}`, own, { parent: this })];
        });
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

function requireRegions(name: string, regions: readonly string[], keyed: readonly string[]): void {
    const isTwice = new Set(regions).size !== regions.length;
    const stranger = keyed.find((region) => !regions.includes(region));
    if (regions.length > 0 && !isTwice && stranger === undefined) {
        return;
    }
    const reason =
        stranger === undefined
            ? `regions must name at least one, each once, not ${JSON.stringify(regions)}`
            : `kmsKeys has ${stranger}, which is not among regions`;
    throw new LinuxKitError("invalid-regions", `the images ${JSON.stringify(name)}: ${reason}`, { name });
}
