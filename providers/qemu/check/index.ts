import type { CheckFailure, Properties } from "../../lifecycle/handler";
import type { MachineEnvironment } from "../environment";
import { defaults } from "../settings";
import { addressNotes } from "./addresses";
import { diskFailures, withoutDeclared } from "./disks";
import { driverFailures } from "./drivers";
import { fieldFailures } from "./fields";
import { networkFailures, withoutProblems } from "./networks";
import { checkPorts } from "./ports";
import { readinessFailures } from "./readiness";

/** Every problem at once; the inputs with their defaults, the host's ports and the status that `up` makes. */
export async function check(
    environment: MachineEnvironment,
    olds: Properties,
    given: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
    const { ports, failures } = await checkPorts(environment, olds, news);
    const disks = await diskFailures(environment, olds, news);
    const inputs = {
        memory: defaults.memory,
        cpus: defaults.cpus,
        kernelArguments: [],
        ...withoutDeclared(news),
        ...(news["networks"] === undefined ? {} : { networks: withoutProblems(news["networks"]) }),
        ports,
        status: "running",
    };
    const found = [...fieldFailures(news), ...failures, ...disks, ...networkFailures(news)];
    addressNotes(inputs).forEach(environment.note);
    return { inputs, failures: found.length > 0 ? found : await laterFailures(environment, inputs) };
}

/** What can be asked of inputs that are sound each by itself. */
async function laterFailures(environment: MachineEnvironment, inputs: Properties): Promise<readonly CheckFailure[]> {
    return [...readinessFailures(inputs), ...(await driverFailures(environment, inputs))];
}
