import type { BuildEnvironment } from "../environment";
import type { BuiltImage, ImagePlan } from "../plan";
import { type Segment, type SegmentRecord, segmentFile } from "../segments";
import { isIntact } from "../store/plain";
import { readSealed } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { type ImageRecord, initrdFile, kernelFile, recordFile, toImage } from "./record";

/** An image in the store, and the segments that its initrd consists of, in their order. */
export interface ImageParts {
    readonly image: BuiltImage;
    readonly segments: readonly Segment[];
}

type StoreEnvironment = Pick<BuildEnvironment, "storeDirectory">;

/** The image of a plan, its kernel and its initrd intact; undefined where the store lacks one. */
export async function findImage(
    plan: ImagePlan,
    names: StoreNames,
    env: StoreEnvironment,
): Promise<BuiltImage | undefined> {
    const found = await findRecorded(plan, names, env);
    const isInitrdIntact = found !== undefined && (await isIntact(found.image.initrdPath, found.image.initrd));
    return isInitrdIntact ? found.image : undefined;
}

/** The image of a plan, its kernel intact and all its segments there; undefined where the store lacks one. */
export async function findParts(
    plan: ImagePlan,
    names: StoreNames,
    env: StoreEnvironment,
): Promise<ImageParts | undefined> {
    const found = await findRecorded(plan, names, env);
    if (found === undefined) {
        return undefined;
    }
    const segments = await Promise.all(found.record.segments.map(([component, name]) => find(component, name, env)));
    const present = segments.filter((segment) => segment !== undefined);
    return present.length === segments.length ? { image: found.image, segments: present } : undefined;
}

async function findRecorded(
    plan: ImagePlan,
    names: StoreNames,
    env: StoreEnvironment,
): Promise<{ readonly record: ImageRecord; readonly image: BuiltImage } | undefined> {
    const initrdPath = initrdFile(plan, names, env.storeDirectory);
    const record = (await readSealed<ImageRecord>(recordFile(initrdPath)))?.record;
    if (record === undefined) {
        return undefined;
    }
    const kernelPath = kernelFile(record.kernelName, env.storeDirectory);
    const image = toImage(plan, record, kernelPath, initrdPath);
    const isUcodeIntact =
        image.ucodePath === undefined || image.ucode === undefined || (await isIntact(image.ucodePath, image.ucode));
    return isUcodeIntact && (await isIntact(kernelPath, record.kernel)) ? { record, image } : undefined;
}

async function find(component: string, name: string, env: StoreEnvironment): Promise<Segment | undefined> {
    const file = segmentFile(name, env.storeDirectory);
    const sealed = await readSealed<SegmentRecord>(file);
    return sealed === undefined ? undefined : { component, file, sealed, isNew: false };
}
