import type { DebianRepository, DebianSource, Resolved, ResolvedDebian } from "../../../sdk/assembly/spec";
import type * as debianModule from "../debian";
import type * as keysModule from "../debian/data/archive-keys";
import { mirrorsFor } from "../debian/mirrors";
import type * as diskModule from "../disk";
import { type LoaderFormat, loaderPackages } from "../disk/loaders/table";
import type { BuildEnvironment } from "../environment";
import type { ImagePlan } from "../plan";
import { formatOf } from "./table";

type LoaderPlan = Pick<ImagePlan, "architecture" | "components" | "order">;

/** Where loaders come from when nothing in the image comes from Debian. */
const DEFAULT_SUITE = "trixie";

/**
 * The exact packages that the loader of a disk comes from, out of the suite and the mirror of the image's kernel, or of the
 * first of its components that is Debian's; undefined for a format that needs none. What was recorded for the same
 * declaration is kept.
 * @throws LinuxKitError FormatUnknown, those of `resolveDebian`
 */
export async function resolveLoaders(
    { plan, format }: { readonly plan: LoaderPlan; readonly format: string },
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<ResolvedDebian | undefined> {
    const { layout } = formatOf(format, plan.architecture);
    if (layout === undefined) {
        return undefined;
    }
    const { resolveDebian } = require("../debian") as typeof debianModule;
    const source = loaderSource(layout, plan, env);
    const { packages, ...rest } = await resolveDebian(source, plan.architecture, recorded, env);
    const needed = Object.entries(packages).filter(([name]) => source.packages.includes(name));
    return { ...rest, packages: Object.fromEntries(needed) };
}

/** The loader's files, read when first asked for; what the store lacks is downloaded. */
export function openLoaderFiles(
    layout: LoaderFormat,
    resolved: ResolvedDebian,
    plan: ImagePlan,
    env: BuildEnvironment,
): diskModule.LoaderFiles {
    const { openLoaders } = require("../disk") as typeof diskModule;
    return openLoaders(layout, plan.architecture, loaderSource(layout, plan, env), resolved, env);
}

function loaderSource(layout: LoaderFormat, plan: LoaderPlan, env: Pick<BuildEnvironment, "mirrors">): DebianSource {
    const { suite = DEFAULT_SUITE, mirror, securityMirror } = debianSourceOf(plan) ?? {};
    const source: DebianSource = {
        type: "debian",
        packages: loaderPackages(layout, plan.architecture),
        role: "rootfs",
        suite,
        repositories: [],
        update: "recorded",
        documentation: false,
        ...(mirror === undefined ? {} : { mirror }),
        ...(securityMirror === undefined ? {} : { securityMirror }),
    };
    return layout === "rpi3" ? { ...source, repositories: [firmwareOf(source, env)] } : source;
}

/** Where Debian has what boots a Raspberry Pi, and is not free. */
function firmwareOf(source: DebianSource, env: Pick<BuildEnvironment, "mirrors">): DebianRepository {
    const { ARCHIVE_KEYS } = require("../debian/data/archive-keys") as typeof keysModule;
    const { main: url } = mirrorsFor(source, env);
    return { url, suite: source.suite, components: ["non-free-firmware"], key: ARCHIVE_KEYS };
}

/** The kernel comes first in the order. */
function debianSourceOf({ components, order }: LoaderPlan): DebianSource | undefined {
    return order
        .map((key) => components[key])
        .map((component) => (component !== undefined && "source" in component ? component.source : undefined))
        .find((source) => source?.type === "debian");
}
