import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Steps } from "../../lifecycle/steps";
import type { LaunchImage, TypeFacts } from "./calls";
import { requireDriversOf } from "./drivers";
import type { Attempt } from "./environment";
import { familyOf } from "./families";
import { onceAllKnown } from "./launch";
import type { InstanceSettings } from "./settings";

/**
 * Holds the image against the instance type by what AWS says of both, before anything is launched.
 * @throws LinuxKitError `instance-argument`, `instance-unfit`, `KernelDriver`
 */
export async function requireFit(attempt: Attempt, steps: Pick<Steps, "signal">): Promise<LaunchImage> {
    const { calls, settings, environment } = attempt;
    const { ami, type, region, image, readiness } = settings;
    const found = await onceAllKnown(attempt, steps, async () => present(await calls.machineImage(ami), settings));
    const facts = await calls.typeFacts(type);
    if (facts === undefined) {
        throw argument("instanceType", type, `AWS has no such type in ${region}`);
    }
    const misfit = misfitOf(found, facts, settings);
    if (misfit !== undefined) {
        throw new LinuxKitError("instance-unfit", `instanceType: ${misfit}`, { ami, instanceType: type });
    }
    const kernel = image === undefined ? undefined : await environment.findKernel(image);
    const family = familyOf(type);
    if (kernel !== undefined && family !== undefined) {
        requireDriversOf({ ...family, ...known(facts, family.network) }, readiness, kernel);
    }
    return found;
}

/** With AWS's code, by which one is told that may be shown in a moment. */
function present(image: LaunchImage | undefined, { ami, region }: InstanceSettings): LaunchImage {
    if (image === undefined) {
        const reason = `there is no such image in ${region}, or these credentials may not use it`;
        throw argument("ami", ami, reason, "InvalidAMIID.NotFound");
    }
    return image;
}

function known({ hypervisor, ena }: TypeFacts, network: "ena" | "ixgbevf" | "netfront") {
    const hasEna = ena !== "unsupported";
    return { hypervisor, network: hasEna ? ("ena" as const) : network === "ena" ? ("netfront" as const) : network };
}

function misfitOf(image: LaunchImage, facts: TypeFacts, { type }: InstanceSettings): string | undefined {
    const { architecture, bootMode, hasEna, id } = image;
    if (!facts.architectures.includes(architecture)) {
        return `${type} is ${facts.architectures.join(" or ")}, and the image ${id} is for ${architecture}: take a type or an image of the other architecture`;
    }
    if (facts.ena === "required" && !hasEna) {
        return `${type} needs ENA for its network, and the image ${id} is registered without it (EnaSupport)`;
    }
    if (bootMode !== undefined && bootMode !== "uefi-preferred" && !facts.bootModes.includes(bootMode)) {
        return `${type} boots with ${facts.bootModes.join(" or ")}, and the image ${id} with ${bootMode}: take another type, or an image with another bootMode`;
    }
    return undefined;
}

function argument(property: string, value: string, reason: string, code = ""): LinuxKitError {
    const fields = { property, value, code };
    return new LinuxKitError("instance-argument", `${property} ${JSON.stringify(value)}: ${reason}`, fields);
}
