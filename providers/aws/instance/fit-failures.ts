import { LinuxKitError } from "../../../sdk/assembly/error";
import { failure, holdsUnknown } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import { agentProblem } from "../resource/agent";
import { requireDriversOf } from "./drivers";
import type { InstanceEnvironment } from "./environment";
import { familyOf } from "./families";
import { readinessFrom } from "./settings";

/**
 * Why the image's machines would not run, or would find no user data, on an instance of this type; as far as that is known
 * without asking AWS or building anything.
 */
export async function fitFailures(
    { findKernel }: Pick<InstanceEnvironment, "findKernel">,
    inputs: Properties,
): Promise<readonly CheckFailure[]> {
    const { image, instanceType: type } = inputs;
    if (image === undefined || holdsUnknown([image])) {
        return [];
    }
    const declaration = image as Properties;
    const agent = agentProblem(declaration);
    const failures =
        agent === undefined ? [] : [failure("ami", `${agent}, as instances answer version 2 alone: use metadata()`)];
    const family = familyOf(type as string);
    if (family === undefined || holdsUnknown(type)) {
        return failures;
    }
    if (declaration["architecture"] !== family.architecture) {
        const reason = `${String(type)} is of the family ${family.name}, which is ${family.architecture}, and the image is for ${String(declaration["architecture"])}: take a type or an image of the other architecture`;
        return [...failures, failure("instanceType", reason)];
    }
    try {
        const kernel = await findKernel(declaration);
        if (kernel !== undefined) {
            requireDriversOf(family, readinessFrom(inputs), kernel);
        }
        return failures;
    } catch (error) {
        if (!(error instanceof LinuxKitError)) {
            throw error;
        }
        return error.code === "KernelDriver" ? [...failures, failure("instanceType", error.message)] : failures;
    }
}
