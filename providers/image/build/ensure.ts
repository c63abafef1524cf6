import type { BuildEnvironment } from "../environment";
import { type BuiltContents, type BuiltImage, type ImagePlan, type StoredInitrd, isBootable } from "../plan";
import { whileLeased } from "../store/lease";
import type * as pruneModule from "../store/prune";
import { SealBroken } from "../store/sealed";
import { type StoreNames, openNames } from "../store/secret-key";
import type * as imageModule from "./image";
import { type ImageParts, findImage, findParts } from "./parts";
import { initrdFile, recordFile, requireKernel } from "./record";

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
 * @throws LinuxKitError PlanWithoutKernel; of a source, with the component's key in `fields.component` where it has one
 */
export async function ensureImage(
    plan: ImagePlan,
    env: BuildEnvironment,
    options: EnsureOptions = {},
): Promise<BuiltImage> {
    requireKernel(plan, "a machine");
    const image = await ensureContents(plan, env, options);
    if (!isBootable(image)) {
        throw new Error("a plan with a kernel was built without one");
    }
    return image;
}

/** The same for any image, be it one without a kernel. */
export async function ensureContents(
    plan: ImagePlan,
    env: BuildEnvironment,
    options: EnsureOptions = {},
): Promise<BuiltContents & StoredInitrd> {
    return withStore(env, options, async (names) => {
        const image = await findImage(plan, names, env);
        if (image !== undefined) {
            return { result: image };
        }
        const made = (await findParts(plan, names, env)) ?? (await making().buildImage(plan, names, env));
        return { made, result: { ...made.image, ...(await making().addInitrd(made, env)) } };
    });
}

/**
 * Makes sure that the store holds an image's segments and, if it has one, its kernel, and keeps them there while `use` reads them.
 * `use` is called again when others have damaged or emptied the store meanwhile.
 * @throws LinuxKitError of a source, as `ensureImage`
 */
export async function withImageParts<T>(
    plan: ImagePlan,
    env: BuildEnvironment,
    use: (parts: ImageParts) => Promise<T>,
    options: EnsureOptions = {},
): Promise<T> {
    return withStore(env, options, async (names) => {
        const found = await findParts(plan, names, env);
        if (found !== undefined) {
            return { result: await use(found) };
        }
        const made = await making().buildImage(plan, names, env);
        return { made, result: await use(made) };
    });
}

interface Ensured<T> {
    readonly result: T;
    /** Absent where nothing had to be made. */
    readonly made?: ImageParts;
}

/** Runs a build while nobody prunes the store, and prunes it after one that made something. */
async function withStore<T>(
    env: BuildEnvironment,
    options: EnsureOptions,
    task: (names: StoreNames) => Promise<Ensured<T>>,
): Promise<T> {
    const { result, made } = await whileLeased(env.storeDirectory, env.signal, () => attempt(env, task, 1));
    if (made !== undefined) {
        const { prune } = require("../store/prune") as typeof pruneModule;
        await prune(env.storeDirectory, options.storeLimitBytes ?? DEFAULT_LIMIT_BYTES, filesOf(made));
    }
    return result;
}

function filesOf({ file, image }: ImageParts): readonly string[] {
    const initrdPath = initrdFile(file);
    const { kernelPath, ucodePath } = isBootable(image) ? image : {};
    const kernel = kernelPath === undefined ? [] : [kernelPath, recordFile(kernelPath)];
    return [file, initrdPath, recordFile(initrdPath), ...kernel, ...(ucodePath === undefined ? [] : [ucodePath])];
}

async function attempt<T>(env: BuildEnvironment, task: (names: StoreNames) => Promise<T>, number: number): Promise<T> {
    try {
        return await task(await openNames(env.storeDirectory));
    } catch (error) {
        env.signal.throwIfAborted();
        if (!isStoreTrouble(error, env) || number === MAX_ATTEMPTS) {
            throw error;
        }
        env.progress({ message: "the store was changed or damaged by others: making again what is missing" });
        return attempt(env, task, number + 1);
    }
}

/** Loaded when first needed: most runs find the image. */
function making(): typeof imageModule {
    return require("./image") as typeof imageModule;
}

function isStoreTrouble(error: unknown, env: BuildEnvironment): boolean {
    const { code, path: file } = error as { code?: unknown; path?: unknown };
    const isMissing = code === "ENOENT" && typeof file === "string" && file.startsWith(env.storeDirectory);
    return error instanceof SealBroken || isMissing || code === "StoreDamaged";
}
