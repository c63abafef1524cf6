import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Removable, removeVerified } from "../../lifecycle/removal";
import type { Steps } from "../../lifecycle/steps";
import { waitFor } from "../../lifecycle/wait";
import { awsCode, isAbsent } from "../client/errors";
import { waitOf } from "../resource/attempt";
import type { Instance } from "./calls";
import type { Attempt } from "./environment";

/** Of what is on its way out nothing comes back. */
export const isEnding = ({ state }: Pick<Instance, "state">): boolean =>
    state === "shutting-down" || state === "terminated";

interface Leaving {
    /** Whether it was made moments ago. */
    readonly isFresh?: boolean;
    /** Whether no `up` has finished it: then its protection is none that anybody relies on. */
    readonly isUnfinished?: boolean;
}

/**
 * Terminates an instance and asks until it is gone, and with it the volumes and interfaces that go with it; one that is not
 * there is a success.
 */
export async function terminate(
    attempt: Attempt,
    steps: Pick<Steps, "signal">,
    id: string,
    { isUnfinished = false, ...freshness }: Leaving = {},
): Promise<void> {
    const { calls } = attempt;
    const wait = waitOf(attempt, steps);
    const parts = await calls.belongings(id);
    const instance: Removable = {
        ...freshness,
        remove: () => ended(attempt, id, isUnfinished),
        isThere: async () => (await calls.instances({ ids: [id] })).some(({ state }) => state !== "terminated"),
    };
    await removeVerified(`the instance ${id}`, instance, wait);
    const rest = async (): Promise<true | undefined> => {
        const there = [...(await calls.belongings(id)), ...(parts.length > 0 ? await calls.thoseThere(parts) : [])];
        return there.length === 0 ? true : undefined;
    };
    await waitFor(`the volumes and network interfaces of ${id} to be gone`, rest, wait);
}

/** False when there is no such instance. */
async function ended({ calls, settings }: Attempt, id: string, isUnfinished: boolean): Promise<boolean> {
    try {
        await calls.terminateInstance(id);
        return true;
    } catch (error) {
        if (isAbsent(error)) {
            return false;
        }
        if (awsCode(error) !== "OperationNotPermitted") {
            throw error;
        }
        if (!isUnfinished) {
            throw new LinuxKitError(
                "instance-protected",
                `the instance ${id} is protected from termination: set disableApiTermination to false and run \`pulumi up\`, or run \`aws ec2 modify-instance-attribute --region ${settings.region} --instance-id ${id} --no-disable-api-termination\`, then run the command again`,
                { instance: id },
                { cause: error },
            );
        }
        await calls.changeProtection(id, false);
        await calls.terminateInstance(id);
        return true;
    }
}
