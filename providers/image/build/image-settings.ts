import { LinuxKitError } from "../../../sdk/assembly/error";
import { checkContainer } from "../../../sdk/assembly/normalize/container-rules";
import type { Context } from "../../../sdk/assembly/normalize/leaves";
import { Findings } from "../../../sdk/assembly/read/findings";
import type { ComponentKey, ContainerSpec } from "../../../sdk/assembly/spec";
import { labelName, readLabel } from "../../../sdk/assembly/yaml/label";
import { type ImageConfig, withLabel } from "../container";
import type { BuildEnvironment } from "../environment";
import { type OciImage, openOciImage } from "../oci";
import type { ImagePlan } from "../plan";
import { named } from "../sources/named";

/** A container with what its image says of it. */
export interface SettledContainer {
    readonly key: ComponentKey;
    readonly spec: ContainerSpec;
    readonly imageConfig?: ImageConfig;
    /** What the user should know. */
    readonly notes: readonly string[];
}

/**
 * The containers of a plan in its order. What the program leaves open of one that is made from an image, the image's label
 * and configuration say; the plan's digest covers them by the image's.
 * @throws LinuxKitError `invalid-label`, `invalid-container`, and of the image, with the component's key in `fields.component`
 */
export async function settleContainers(plan: ImagePlan, env: BuildEnvironment): Promise<readonly SettledContainer[]> {
    const containers = plan.order.flatMap((key): SettledContainer[] => {
        const spec = plan.components[key];
        return spec === undefined || !("lifecycle" in spec) ? [] : [{ key, spec, notes: [] }];
    });
    const context: Context = {
        architecture: plan.architecture,
        containers: containers.map(({ spec }) => spec.name),
        volumes: Object.values(plan.components).flatMap((each) => (each.kind === "volume" ? [each.name] : [])),
    };
    const settled: SettledContainer[] = [];
    for (const container of containers) {
        settled.push(await named(container.key, () => settle(container, context, env)));
    }
    return settled;
}

async function settle(container: SettledContainer, context: Context, env: BuildEnvironment): Promise<SettledContainer> {
    const { key, spec } = container;
    const { source, resolved } = spec;
    if (source.type !== "oci" || resolved?.type !== "oci") {
        return container;
    }
    const { config } = (await openOciImage(source, resolved, env)).config;
    const name = source.reference === "" ? (source.path ?? "") : source.reference;
    const text = config.Labels?.[labelName] ?? "";
    const label = text === "" ? undefined : readLabel(text, name, context);
    const own = withLabel(spec, label);
    const imageConfig = toImageConfig(config);
    checkSettled(own, imageConfig, name);
    const isOwn = ["uid", "gid"].some((id) => [...(spec.given ?? []), ...(label?.given ?? [])].includes(id));
    return { key, spec: own, imageConfig, notes: isOwn ? [] : userNotes(config.User, name) };
}

function toImageConfig({ Entrypoint = [], Cmd = [], Env, WorkingDir }: OciImage["config"]["config"]): ImageConfig {
    return {
        command: [...Entrypoint, ...Cmd],
        ...(Env === undefined ? {} : { env: Env }),
        ...(WorkingDir === undefined ? {} : { cwd: WorkingDir }),
    };
}

/** What the program alone could not be judged by. */
function checkSettled(spec: ContainerSpec, imageConfig: ImageConfig, image: string): void {
    const findings = new Findings();
    checkContainer(spec, "", findings);
    if ((spec.command ?? imageConfig.command ?? []).length === 0) {
        findings.reject("command", "is required: neither the label nor the configuration of the image has a command");
    }
    const { problems } = findings;
    if (problems.length > 0) {
        const reasons = problems.map(({ path, reason }) => `${path} ${reason}`).join("; ");
        const text = `with what the image ${image} says of itself, ${reasons}`;
        throw new LinuxKitError("invalid-container", text, { image, problems });
    }
}

/** LinuxKit takes a user from the program or the label alone. */
function userNotes(user: string | undefined, image: string): readonly string[] {
    return user === undefined || /^(root|0)?(:(root|0)?)?$/.test(user)
        ? []
        : [
              `the image ${image} is made to run as the user ${JSON.stringify(user)}; uid and gid say so, else it runs as root`,
          ];
}
