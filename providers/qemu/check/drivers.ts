import { LinuxKitError } from "../../../sdk/assembly/error";
import { failure, holdsUnknown } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { requireMachineDrivers } from "../machine/drivers";
import { imageReadiness, type MachineImage } from "../settings";

/**
 * A kernel that is known to lack a driver for what the machine has. Said here, where the former machine is still there: a
 * replacement deletes it first. In `up` the image has been built when this is asked. An image that cannot be read, as one of
 * an earlier version, is for `create` to speak of.
 */
export async function driverFailures(
    { findKernel }: Pick<MachineEnvironment, "findKernel">,
    news: Properties,
): Promise<readonly CheckFailure[]> {
    if (holdsUnknown(news["image"])) {
        return [];
    }
    const image = news["image"] as MachineImage;
    const [disks, networks, ports] = [listOf(news["disks"]), listOf(news["networks"]), listOf(news["ports"])];
    try {
        const kernel = await findKernel(image);
        if (kernel !== undefined) {
            requireMachineDrivers({ image, disks, networks, ports, readiness: imageReadiness(news) }, kernel);
        }
        return [];
    } catch (error) {
        if (!(error instanceof LinuxKitError)) {
            throw error;
        }
        return error.code === "KernelDriver" ? [failure("image", error.message)] : [];
    }
}

/** What is known only at `up` is not counted before. */
function listOf(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}
