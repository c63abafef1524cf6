import type { ComponentKey, InitSpec, VolumeSpec } from "../../../sdk/assembly/spec";
import type { ImagePlan } from "../plan";
import { type Segment, type SegmentRecipe, ensureSegment } from "../segments";
import { named } from "../sources/named";
import type { StoreNames } from "../store/secret-key";
import { accountsOf, containerAccounts, joined } from "./accounts";
import { apkRecipe } from "./apk";
import { type PlacedContainer, placeContainers } from "./containers";
import { filesRecipe } from "./files";
import { type SettledContainer, settleContainers } from "./image-settings";
import { layOut } from "./layout";
import { type Kitchen, configRecipe, initRecipe, rootRecipe, volumeRecipe } from "./recipes";

/** Every segment of a plan but the kernel's, in the order of the initrd: init, volumes, containers, files. */
export async function ensureSegments(
    kitchen: Kitchen,
    names: StoreNames,
    kernel: Promise<readonly Segment[]>,
): Promise<readonly Segment[]> {
    const { plan } = kitchen;
    const ensure = (recipe: SegmentRecipe) => reported(recipe, kitchen, names);
    const ensureAll = (recipes: readonly SegmentRecipe[]) => allDone(recipes.map(ensure));
    const containers = placeContainers(await settled(kitchen));
    const [inits = [], volumes = [], roots = []] = await allDone([
        ensureAll(inOrder<InitSpec>(plan, "init").map(([key, spec]) => initRecipe(key, spec, kitchen))),
        ensureAll(inOrder<VolumeSpec>(plan, "volume").map(([key, spec]) => volumeRecipe(key, spec, kitchen))),
        ensureAll(containers.filter(({ isShared }) => !isShared).map((each) => rootRecipe(each, kitchen))),
    ]);
    const shared = containerAccounts(plan, containers, roots);
    const configs = await ensureAll(
        containers.map((each) => configRecipe(each, joined(accountsOf(roots, each.root), shared), kitchen)),
    );
    const apk = apkRecipe(inits, kitchen);
    const machine = apk === undefined ? inits : [...inits, await ensure(apk)];
    const lower = [...(await kernel), ...machine, ...volumes, ...interleaved(containers, roots, configs)];
    const layout = layOut(lower);
    const files = plan.components["files"];
    if (files?.kind !== "files") {
        return lower;
    }
    const segment = await ensure(await filesRecipe(files, layout, joined(accountsOf(inits), shared), kitchen));
    layOut([...lower, segment]);
    return [...lower, segment];
}

async function settled({ plan, env, stop }: Kitchen): Promise<readonly SettledContainer[]> {
    return settleContainers(plan, env).catch((error: unknown) => {
        stop(error);
        throw error;
    });
}

/** All results, once nothing is running any more. */
async function allDone<T>(tasks: readonly Promise<T>[]): Promise<T[]> {
    await Promise.allSettled(tasks);
    return Promise.all(tasks);
}

/** A failure calls the rest of the build off. */
export async function reported(
    recipe: SegmentRecipe,
    { env, stop, limit }: Pick<Kitchen, "env" | "stop" | "limit">,
    names: StoreNames,
): Promise<Segment> {
    const ensure = () => named(recipe.component, () => ensureSegment(recipe, names, env));
    const segment = await limit(ensure).catch((error: unknown) => {
        stop(error);
        throw error;
    });
    if (segment.isNew) {
        const { record, payload } = segment.sealed;
        const sizes = `${size(record.contentBytes)} packed to ${size(payload.sizeBytes)}`;
        env.progress({ message: `${recipe.component}: ${sizes}` });
    }
    return segment;
}

function size(bytes: number): string {
    return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function inOrder<T extends InitSpec | VolumeSpec>(plan: ImagePlan, kind: T["kind"]): readonly [ComponentKey, T][] {
    return plan.order.flatMap((key): [ComponentKey, T][] => {
        const component = plan.components[key];
        return component?.kind === kind ? [[key, component as T]] : [];
    });
}

/** A container's own root filesystem before its configuration. */
function interleaved(
    containers: readonly PlacedContainer[],
    roots: readonly Segment[],
    configs: readonly Segment[],
): Segment[] {
    return containers.flatMap(({ key }, index) => {
        const root = roots.find(({ component }) => component === key);
        const config = configs[index];
        return [root, config].filter((segment) => segment !== undefined);
    });
}
