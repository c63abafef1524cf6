import type { BuildEnvironment } from "../environment";
import { type BuiltContents, type ImagePlan, isBootable } from "../plan";
import { type Segment, type SegmentRecord, segmentFile } from "../segments";
import { isIntact } from "../store/plain";
import { readSealed } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { type ImageRecord, initrdFile, recordFile, toImage } from "./record";

/** An image in the store, and the segments that its initrd consists of, in their order. */
export interface ImageParts<I extends BuiltContents = BuiltContents> {
    readonly image: I;
    readonly segments: readonly Segment[];
}

type StoreEnvironment = Pick<BuildEnvironment, "storeDirectory">;

/** The image of a plan, its initrd and, if it has one, its kernel intact; undefined where the store lacks one. */
export async function findImage(
    plan: ImagePlan,
    names: StoreNames,
    env: StoreEnvironment,
): Promise<BuiltContents | undefined> {
    const found = await findRecorded(plan, names, env);
    const isInitrdIntact = found !== undefined && (await isIntact(found.image.initrdPath, found.image.initrd));
    return isInitrdIntact ? found.image : undefined;
}

/** The same, its kernel intact and all its segments there; undefined where the store lacks one. */
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
): Promise<{ readonly record: ImageRecord; readonly image: BuiltContents } | undefined> {
    const initrdPath = initrdFile(plan, names, env.storeDirectory);
    const record = (await readSealed<ImageRecord>(recordFile(initrdPath)))?.record;
    if (record === undefined) {
        return undefined;
    }
    const image = toImage(plan, record, initrdPath, env.storeDirectory);
    return (await isKernelIntact(image)) ? { record, image } : undefined;
}

async function isKernelIntact(image: BuiltContents): Promise<boolean> {
    if (!isBootable(image)) {
        return true;
    }
    const { kernelPath, kernel, ucodePath, ucode } = image;
    const isUcodeIntact = ucodePath === undefined || ucode === undefined || (await isIntact(ucodePath, ucode));
    return isUcodeIntact && (await isIntact(kernelPath, kernel));
}

async function find(component: string, name: string, env: StoreEnvironment): Promise<Segment | undefined> {
    const file = segmentFile(name, env.storeDirectory);
    const sealed = await readSealed<SegmentRecord>(file);
    return sealed === undefined ? undefined : { component, file, sealed, isNew: false };
}
