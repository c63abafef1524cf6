import type { BuildEnvironment } from "../environment";
import type { BuiltImage, ImagePlan } from "../plan";
import { whileLeased } from "../store/lease";
import { isIntact } from "../store/plain";
import type * as pruneModule from "../store/prune";
import { SealBroken, readSealed } from "../store/sealed";
import { type StoreNames, openNames } from "../store/secret-key";
import type * as imageModule from "./image";
import { type ImageRecord, initrdFile, kernelFile, recordFile, toImage } from "./record";

export interface EnsureOptions {
    /**
     * How large the store may grow, in bytes; what was used longest ago goes first.
     * @default 8 GiB
     */
    readonly storeLimitBytes?: number;
}

const DEFAULT_LIMIT_BYTES = 8 * 2 ** 30;
/** The store may be emptied or damaged by others while a build reads it. */
const MAX_ATTEMPTS = 3;

/**
 * Makes sure that the store holds the kernel and the initrd of a plan, and says where: nothing is made twice that is
 * there and intact. Packages that the store lacks are downloaded.
 * @throws LinuxKitError of a source, with the component's key in `fields.component` where it has one
 */
export async function ensureImage(
    plan: ImagePlan,
    env: BuildEnvironment,
    options: EnsureOptions = {},
): Promise<BuiltImage> {
    const { image, isNew } = await whileLeased(env.storeDirectory, env.signal, () => attempt(plan, env, 1));
    if (isNew) {
        const { prune } = require("../store/prune") as typeof pruneModule;
        const keep = [image.kernelPath, image.initrdPath].flatMap((file) => [file, recordFile(file)]);
        await prune(env.storeDirectory, options.storeLimitBytes ?? DEFAULT_LIMIT_BYTES, keep);
    }
    return image;
}

interface Ensured {
    readonly image: BuiltImage;
    readonly isNew: boolean;
}

async function attempt(plan: ImagePlan, env: BuildEnvironment, number: number): Promise<Ensured> {
    try {
        const names = await openNames(env.storeDirectory);
        const found = await findImage(plan, names, env);
        return found === undefined
            ? { image: await build(plan, names, env), isNew: true }
            : { image: found, isNew: false };
    } catch (error) {
        env.signal.throwIfAborted();
        if (!isStoreTrouble(error, env) || number === MAX_ATTEMPTS) {
            throw error;
        }
        env.progress({ message: "the store was changed or damaged by others: making again what is missing" });
        return attempt(plan, env, number + 1);
    }
}

/** Loaded when first needed: most runs find the image. */
async function build(plan: ImagePlan, names: StoreNames, env: BuildEnvironment): Promise<BuiltImage> {
    const { buildImage } = require("./image") as typeof imageModule;
    return buildImage(plan, names, env);
}

function isStoreTrouble(error: unknown, env: BuildEnvironment): boolean {
    const { code, path: file } = error as { code?: unknown; path?: unknown };
    const isMissing = code === "ENOENT" && typeof file === "string" && file.startsWith(env.storeDirectory);
    return error instanceof SealBroken || isMissing || code === "StoreDamaged";
}

async function findImage(plan: ImagePlan, names: StoreNames, env: BuildEnvironment): Promise<BuiltImage | undefined> {
    const initrdPath = initrdFile(plan, names, env.storeDirectory);
    const record = (await readSealed<ImageRecord>(recordFile(initrdPath)))?.record;
    if (record === undefined) {
        return undefined;
    }
    const kernelPath = kernelFile(record.kernelName, env.storeDirectory);
    const intact = await Promise.all([isIntact(kernelPath, record.kernel), isIntact(initrdPath, record.initrd)]);
    return intact.every(Boolean) ? toImage(plan, record, kernelPath, initrdPath) : undefined;
}
