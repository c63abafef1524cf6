import type { BuildEnvironment } from "../environment";
import { type Artifact, type BuiltContents, type ImagePlan, type StoredInitrd, isBootable } from "../plan";
import { type Segment, type SegmentRecord, segmentFile } from "../segments";
import { isIntact } from "../store/plain";
import { readSealed } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { type ImageRecord, imageFile, initrdFile, recordFile, toContents } from "./record";

/** An image in the store, and the segments that its initrd consists of, in their order. */
export interface ImageParts<I extends BuiltContents = BuiltContents> {
    /** Of its record; what else the store holds of it lies beside that. */
    readonly file: string;
    readonly image: I;
    readonly segments: readonly Segment[];
}

type StoreEnvironment = Pick<BuildEnvironment, "storeDirectory">;

/** The image of a plan, its initrd and, if it has one, its kernel intact; undefined where the store lacks one. */
export async function findImage(
    plan: ImagePlan,
    names: StoreNames,
    env: StoreEnvironment,
): Promise<(BuiltContents & StoredInitrd) | undefined> {
    const found = await findRecorded(plan, names, env);
    if (found === undefined) {
        return undefined;
    }
    const initrdPath = initrdFile(found.file);
    const initrd = (await readSealed<Artifact>(recordFile(initrdPath)))?.record;
    const isInitrdIntact = initrd !== undefined && (await isIntact(initrdPath, initrd));
    return isInitrdIntact ? { ...found.image, initrdPath, initrd } : undefined;
}

interface Recorded extends Pick<ImageParts, "file" | "image"> {
    readonly record: ImageRecord;
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
    const { file, record, image } = found;
    const segments = await Promise.all(record.segments.map(([component, name]) => find(component, name, env)));
    const present = segments.filter((segment) => segment !== undefined);
    return present.length === segments.length ? { file, image, segments: present } : undefined;
}

async function findRecorded(plan: ImagePlan, names: StoreNames, env: StoreEnvironment): Promise<Recorded | undefined> {
    const file = imageFile(plan, names, env.storeDirectory);
    const record = (await readSealed<ImageRecord>(file))?.record;
    if (record === undefined) {
        return undefined;
    }
    const image = toContents(plan, record, env.storeDirectory);
    return (await isKernelIntact(image)) ? { file, record, image } : undefined;
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
